package config

import (
	"regexp"
	"strings"

	"polarbell/compose"
	"polarbell/formatter"
)

// mostCalled is how many one entry of MENTIONS may call, so that they fit into a
// message.
const mostCalled = 10

// mentions gives destinations who is called there, and for which news: an entry
// is "name:who who" or "name:who:pattern|pattern".
func (r *reader) mentions(all []Destination) {
	for _, e := range r.entries("MENTIONS", r.Mentions) {
		i := find(all, e.name)
		switch {
		case e.name == "":
			r.wrong(e, "has no destination; write name:@here")
			continue
		case i < 0:
			r.unknown(e, all)
			continue
		case all[i].Public:
			r.wrong(e, "calls somebody where strangers read; take it out, or the name out of PUBLIC")
			continue
		}
		who, patterns, _ := strings.Cut(e.value, ":")
		call := compose.Call{Who: r.called(e, who, all[i].Platform), For: compose.MustRoute("alerts")}
		if patterns != "" {
			patterned := e
			patterned.value = patterns
			call.For = r.route(patterned)
		}
		all[i].Calls = append(all[i].Calls, call)
	}
}

var (
	slackUser    = regexp.MustCompile(`^(?:<@|@)?([UW][A-Z0-9]{2,})(?:\|[^>]*)?>?$`)
	slackGroup   = regexp.MustCompile(`^(?:<!subteam\^|@)?(S[A-Z0-9]{2,})(?:\|[^>]*)?>?$`)
	discordUser  = regexp.MustCompile(`^<@!?([0-9]{5,20})>$`)
	discordGroup = regexp.MustCompile(`^<@&([0-9]{5,20})>$`)
)

// called reads who is called, with blanks between them.
func (r *reader) called(e entry, text string, on Platform) (m formatter.Mention) {
	all := strings.Fields(text)
	switch {
	case len(all) == 0:
		r.wrong(e, "names nobody; write %s:@here", e.name)
	case len(all) > mostCalled:
		r.wrong(e, "names more than %d; call a group instead", mostCalled)
	}
	for _, who := range all {
		one, found := slackMention(who)
		cure := "on Slack write @here, @channel, or the ID of a person (U0123ABC) or of a group (S0123ABC), which their profile has under Copy ID"
		if on == Discord {
			one, found = discordMention(who)
			cure = "on Discord write @here, @everyone, <@ID> of a person or <@&ID> of a role; with Developer Mode on, a right click has Copy ID"
		}
		if !found {
			r.wrong(e, "names somebody who cannot be called; %s", cure)
		}
		m = m.And(one)
	}
	return m
}

func slackMention(who string) (formatter.Mention, bool) {
	switch crowd := strings.ToLower(strings.Trim(who, "@<!>")); crowd {
	case "here", "channel":
		return formatter.Mention{Crowds: []string{crowd}}, true
	}
	if parts := slackUser.FindStringSubmatch(who); parts != nil {
		return formatter.Mention{Users: parts[1:]}, true
	}
	if parts := slackGroup.FindStringSubmatch(who); parts != nil {
		return formatter.Mention{Groups: parts[1:]}, true
	}
	return formatter.Mention{}, false
}

func discordMention(who string) (formatter.Mention, bool) {
	switch crowd := strings.ToLower(strings.TrimPrefix(who, "@")); crowd {
	case "here", "everyone":
		return formatter.Mention{Crowds: []string{crowd}}, true
	}
	if parts := discordUser.FindStringSubmatch(who); parts != nil {
		return formatter.Mention{Users: parts[1:]}, true
	}
	if parts := discordGroup.FindStringSubmatch(who); parts != nil {
		return formatter.Mention{Groups: parts[1:]}, true
	}
	return formatter.Mention{}, false
}
