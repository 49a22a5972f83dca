package config_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"polarbell/config"
)

func TestMistakes(t *testing.T) {
	const (
		botToken = "; copy the Bot User OAuth Token (xoxb-…) from the page OAuth & Permissions of your Slack app"
		channel  = "; write name:C0123ABC or name:#channel"
		hook     = "; write name:https://hooks.slack.com/services/…"
		discord  = "; write name:https://discord.com/api/webhooks/ID/TOKEN"
		path     = ", such as /webhook"
		vanish   = ", where files are lost at each deploy; set it to a postgres:// URL, or to a path on a persistent disk"
		polarURL = "in Polar, under Settings > Webhooks, add an endpoint with this server's URL (https://…/webhook) and the format Raw, then copy its secret"
		address  = "; write host:port or :port, such as "
		domain   = "; write only the name, without https:// and without a port, such as alerts.example.com"
		reserved = ", so that no certificate is issued for it; write the public name that points to this server"
		password = "ADMIN_PASSWORD: is required, because other machines can reach ADMIN_ADDR; set one, or set ADMIN_ADDR to 127.0.0.1:9090"
		comma    = ": ends in a comma; remove it, or put quotes around the whole value if a # has cut it off"
		pattern  = "has an unknown pattern"
		none     = "SLACK_CHANNELS, SLACK_WEBHOOKS, DISCORD_WEBHOOKS: no destination is set; set one of them, with quotes: SLACK_CHANNELS='sales:#sales'"
		alone    = "SLACK_CHANNELS: is required by SLACK_BOT_TOKEN, which does not say where to post; set SLACK_CHANNELS="
		slackWho = "on Slack write @here, @channel, or the ID of a person (U0123ABC) or of a group (S0123ABC), which their profile has under Copy ID"

		discordWho = "on Discord write @here, @everyone, <@ID> of a person or <@&ID> of a role; with Developer Mode on, a right click has Copy ID"

		zones  = "; write one such as Europe/Oslo or America/New_York, or UTC"
		kinds  = "; write a kind such as sale or refund, a type such as order.paid, or order.*, *, news or alerts"
		empty  = "; write sales:news, with single quotes around the whole value: a shell cuts it off at | and >"
		retain = "; write it as 45d or 72h"
		oat    = "; in Polar, in the organization's settings, make an organization access token (polar_oat_…) and copy it whole"
	)
	for _, c := range []struct {
		name string
		v    vars
		want string
	}{
		{"the example's secret", vars{"POLAR_WEBHOOK_SECRET": "whsec_…"}, "POLAR_WEBHOOK_SECRET: is still the example; " + polarURL},
		{"a secret cut off", vars{"POLAR_WEBHOOK_SECRET": "whsec_"}, "POLAR_WEBHOOK_SECRET: has nothing after whsec_, so anybody could sign deliveries; " + polarURL},
		{"one of two cut off", vars{"POLAR_WEBHOOK_SECRET": secret + ",whsec_"}, "POLAR_WEBHOOK_SECRET: entry 2 has nothing after whsec_, so anybody could sign deliveries; " + polarURL},
		{"no destination", vars{"SLACK_CHANNELS": "", "SLACK_BOT_TOKEN": ""}, none},
		{"routes, and no destination", vars{"SLACK_CHANNELS": "", "SLACK_BOT_TOKEN": "", "ROUTES": "sales:news,team:news", "PUBLIC": "team"}, none},
		{"a token, and no channel", vars{"SLACK_CHANNELS": ""}, alone + "'sales:#channel'"},
		{"a token, a route and no channel", vars{"SLACK_CHANNELS": "", "ROUTES": "shop:news"}, alone + "'shop:#channel'"},
		{
			"a token, a route, and only a webhook",
			vars{"SLACK_CHANNELS": "", "DISCORD_WEBHOOKS": "team:" + discordHook, "ROUTES": "shop:news,team:news"},
			`ROUTES: entry 1 ("shop:news") names a destination that does not exist; write one of the names that exist: team; ` +
				"or, for a Slack channel, set SLACK_CHANNELS='shop:#channel', without which SLACK_BOT_TOKEN posts nowhere",
		},
		{
			"a token, strangers, and only a webhook",
			vars{"SLACK_CHANNELS": "", "DISCORD_WEBHOOKS": "team:" + discordHook, "PUBLIC": "open"},
			`PUBLIC: entry 1 ("open") names a destination that does not exist; write one of the names that exist: team; ` +
				"or, for a Slack channel, set SLACK_CHANNELS='open:#channel', without which SLACK_BOT_TOKEN posts nowhere",
		},

		{"a port in words", vars{"PORT": "http"}, `PORT: is not a port number ("http"); write a number up to 65535, such as 8080`},
		{"a port too high", vars{"PORT": "65536"}, `PORT: is not a port number ("65536"); write a number up to 65535, such as 8080`},
		{"a port for an address", vars{"LISTEN_ADDR": "8080"}, `LISTEN_ADDR: is not an address ("8080")` + address + ":8080"},
		{"a URL for an address", vars{"LISTEN_ADDR": "http://x:80"}, "LISTEN_ADDR: is not an address" + address + ":8080"},
		{"a URL for a path", vars{"WEBHOOK_PATH": "https://x.com/in"}, "WEBHOOK_PATH: is a URL; write only its path" + path},
		{"a path without a slash", vars{"WEBHOOK_PATH": "in"}, `WEBHOOK_PATH: is not a simple path ("in"); write a slash and letters or digits` + path},
		{"a path with two", vars{"WEBHOOK_PATH": "/a//b"}, `WEBHOOK_PATH: is not a simple path ("/a//b"); write a slash and letters or digits` + path},
		{"the health check's path", vars{"WEBHOOK_PATH": "/healthz/"}, "WEBHOOK_PATH: is the path of the health check; write another" + path},
		{"the certificates' path", vars{"WEBHOOK_PATH": "/.well-known/x"}, "WEBHOOK_PATH: is where certificate authorities check the domain; write another" + path},
		{"a URL for a domain", vars{"TLS_DOMAIN": "https://a.example.com"}, "TLS_DOMAIN: is not a public domain name" + domain},
		{"a domain with a port", vars{"TLS_DOMAIN": "a.example.com:443"}, `TLS_DOMAIN: is not a public domain name ("a.example.com:443")` + domain},
		{"an address for a domain", vars{"TLS_DOMAIN": "203.0.113.7"}, `TLS_DOMAIN: is not a public domain name ("203.0.113.7")` + domain},
		{"the example's domain", vars{"TLS_DOMAIN": "alerts.example.com"}, `TLS_DOMAIN: is a name that only examples and private networks have ("alerts.example.com")` + reserved},
		{"another example's domain", vars{"TLS_DOMAIN": "example.org"}, `TLS_DOMAIN: is a name that only examples and private networks have ("example.org")` + reserved},
		{"a domain of tests", vars{"TLS_DOMAIN": "bell.test"}, `TLS_DOMAIN: is a name that only examples and private networks have ("bell.test")` + reserved},
		{"a domain of this machine", vars{"TLS_DOMAIN": "bell.localhost"}, `TLS_DOMAIN: is a name that only examples and private networks have ("bell.localhost")` + reserved},
		{"a domain of this network", vars{"TLS_DOMAIN": "bell.local"}, `TLS_DOMAIN: is a name that only examples and private networks have ("bell.local")` + reserved},
		{"this machine for a domain", vars{"TLS_DOMAIN": "localhost"}, `TLS_DOMAIN: is not a public domain name ("localhost")` + domain},
		{"an admin port", vars{"ADMIN_ADDR": "9090"}, `ADMIN_ADDR: is not an address ("9090")` + address + "127.0.0.1:9090"},
		{"an open admin page", vars{"ADMIN_ADDR": ":9090"}, password},
		{"an admin page for the network", vars{"ADMIN_ADDR": "10.0.0.7:9090"}, password},
		{"an admin page by a name", vars{"ADMIN_ADDR": "box:9090"}, password},

		{"no token", vars{"SLACK_BOT_TOKEN": ""}, "SLACK_BOT_TOKEN: is required by SLACK_CHANNELS" + botToken},
		{"a user's token", vars{"SLACK_BOT_TOKEN": "xoxp-" + token[5:]}, "SLACK_BOT_TOKEN: is a user token (xoxp-)" + botToken},
		{"an app's token", vars{"SLACK_BOT_TOKEN": "xapp-" + token[5:]}, "SLACK_BOT_TOKEN: is an app-level token (xapp-)" + botToken},
		{
			"a token that expires",
			vars{"SLACK_BOT_TOKEN": "xoxe." + token},
			"SLACK_BOT_TOKEN: is a token that expires (xoxe); turn off token rotation and" + botToken[1:],
		},
		{"something else", vars{"SLACK_BOT_TOKEN": secret}, "SLACK_BOT_TOKEN: is not a bot token" + botToken},
		{"a token in two lines", vars{"SLACK_BOT_TOKEN": token + "\n" + token}, "SLACK_BOT_TOKEN: is not a bot token" + botToken},

		{
			"a channel that is cut off",
			vars{"SLACK_CHANNELS": "ops:C1,sales:"},
			`SLACK_CHANNELS: entry 2 ("sales:") has no channel` + channel + ", and in .env put quotes around the list because of the #",
		},
		{"a channel without its #", vars{"SLACK_CHANNELS": "sales:sales"}, `SLACK_CHANNELS: entry 1 ("sales:sales") is not a channel` + channel},
		{"a token for a channel", vars{"SLACK_CHANNELS": token}, "SLACK_CHANNELS: entry 1 is not a channel" + channel},
		{
			"a URL for a channel",
			vars{"SLACK_CHANNELS": slackHook},
			"SLACK_CHANNELS: entry 1 is a URL" + channel + ", and put URLs of webhooks into SLACK_WEBHOOKS or DISCORD_WEBHOOKS",
		},
		{"a list that ends in a comma", vars{"SLACK_CHANNELS": "sales:C1,"}, "SLACK_CHANNELS" + comma},
		{"two commas", vars{"SLACK_CHANNELS": "sales:C1,,ops:C2"}, "SLACK_CHANNELS: entry 2 is empty; remove a comma"},
		{
			"a colon too many",
			vars{"SLACK_CHANNELS": ":C1"},
			`SLACK_CHANNELS: entry 1 (":C1") has no name before its colon; write name:…, or remove the colon`,
		},
		{
			"an invalid name",
			vars{"SLACK_CHANNELS": "my sales:C1"},
			`SLACK_CHANNELS: entry 1 ("my sales:C1") has an invalid name; use letters, digits, - and _`,
		},
		{
			"a token for a name",
			vars{"SLACK_CHANNELS": token + ":C1"},
			"SLACK_CHANNELS: entry 1 has an invalid name; use letters, digits, - and _",
		},
		{
			"no name and none to make",
			vars{"SLACK_CHANNELS": "#rocket🚀"},
			`SLACK_CHANNELS: entry 1 ("#rocket🚀") needs a name, because none can be derived from it; write name:…`,
		},
		{
			"the start of a URL for a name",
			vars{"SLACK_CHANNELS": "https:C1"},
			`SLACK_CHANNELS: entry 1 ("https:C1") has the beginning of a URL as its name; write name:https://…`,
		},
		{
			"one name twice",
			vars{"DISCORD_WEBHOOKS": "sales:" + discordHook},
			`DISCORD_WEBHOOKS: entry 1 ("sales") has a name that another one has already ("sales"); give each destination its own, as in name:…`,
		},
		{
			"one derived name twice",
			vars{"DISCORD_WEBHOOKS": discordHook + "," + discordHook + "?thread_id=1"},
			`DISCORD_WEBHOOKS: entry 2 has a name that another one has already ("discord-1234567890123456789"); give each destination its own, as in name:…`,
		},

		{"no webhook", vars{"SLACK_WEBHOOKS": "x:"}, `SLACK_WEBHOOKS: entry 1 ("x") has no URL` + hook},
		{"no scheme", vars{"SLACK_WEBHOOKS": "x:" + slackHook[8:]}, `SLACK_WEBHOOKS: entry 1 ("x") is not a URL` + hook},
		{"not encrypted", vars{"SLACK_WEBHOOKS": "http" + slackHook[5:]}, "SLACK_WEBHOOKS: entry 1 does not begin with https://hooks.slack.com/" + hook},
		{
			"somebody else's host",
			vars{"SLACK_WEBHOOKS": "https://example.com" + slackHook[23:]},
			"SLACK_WEBHOOKS: entry 1 does not begin with https://hooks.slack.com/" + hook,
		},
		{
			"a Slack URL cut off",
			vars{"SLACK_WEBHOOKS": slackHook[:41]},
			"SLACK_WEBHOOKS: entry 1 is not the whole URL of an incoming webhook; copy it again" + strings.Replace(hook, "; write", ":", 1),
		},
		{
			"a workflow",
			vars{"SLACK_WEBHOOKS": "https://hooks.slack.com/triggers/T1/2/QwErTyUiOpAsDfGhJkLzXcVb"},
			"SLACK_WEBHOOKS: entry 1 starts a workflow, which cannot show cards; create an incoming webhook" + strings.Replace(hook, "; write", ":", 1),
		},
		{"Discord's in Slack's list", vars{"SLACK_WEBHOOKS": discordHook}, "SLACK_WEBHOOKS: entry 1 is a Discord webhook; move it to DISCORD_WEBHOOKS"},
		{"Slack's in Discord's list", vars{"DISCORD_WEBHOOKS": slackHook}, "DISCORD_WEBHOOKS: entry 1 is a Slack webhook; move it to SLACK_WEBHOOKS"},
		{"no Discord webhook", vars{"DISCORD_WEBHOOKS": "x:"}, `DISCORD_WEBHOOKS: entry 1 ("x") has no URL` + discord},
		{"no Discord URL", vars{"DISCORD_WEBHOOKS": "x:#general"}, `DISCORD_WEBHOOKS: entry 1 ("x") is not a URL` + discord},
		{"a broken URL", vars{"DISCORD_WEBHOOKS": discordHook + "%zz"}, "DISCORD_WEBHOOKS: entry 1 is not a URL" + discord},
		{"another host", vars{"DISCORD_WEBHOOKS": "https://discord.com.evil.example" + discordHook[19:]}, "DISCORD_WEBHOOKS: entry 1 does not begin with https://discord.com/" + discord},
		{
			"a Discord URL cut off",
			vars{"DISCORD_WEBHOOKS": discordHook[:53]},
			"DISCORD_WEBHOOKS: entry 1 is not the whole URL of a webhook; copy it again" + strings.Replace(discord, "; write", ":", 1),
		},
		{"Slack's format", vars{"DISCORD_WEBHOOKS": discordHook + "/slack"}, "DISCORD_WEBHOOKS: entry 1 ends in /slack, which expects another format; remove that ending"},
		{"GitHub's format", vars{"DISCORD_WEBHOOKS": discordHook + "/github/"}, "DISCORD_WEBHOOKS: entry 1 ends in /github, which expects another format; remove that ending"},
		{
			"a thread by its name",
			vars{"DISCORD_WEBHOOKS": discordHook + "?thread_id=sales"},
			"DISCORD_WEBHOOKS: entry 1 has a thread_id that is not an ID; copy the thread's ID, which has only digits",
		},
		{"a Discord list that ends in a comma", vars{"DISCORD_WEBHOOKS": discordHook + ","}, "DISCORD_WEBHOOKS" + comma},

		{"a semicolon between channels", vars{"SLACK_CHANNELS": "sales:#sales;ops:#ops"}, `SLACK_CHANNELS: entry 1 ("sales:#sales;ops:#ops") has a ; in it; separate several channels by commas`},
		{"a route to nowhere", vars{"ROUTES": "ops:news"}, `ROUTES: entry 1 ("ops:news") names a destination that does not exist; write one of the names that exist: sales`},
		{"a slip", vars{"ROUTES": "sales:order.payed"}, `ROUTES: entry 1 ("sales:order.payed") ` + pattern + ` ("order.payed"); did you mean order.paid?`},
		{
			"no such type",
			vars{"ROUTES": "sales:rocket"},
			`ROUTES: entry 1 ("sales:rocket") ` + pattern + ` ("rocket")` + kinds,
		},
		{"no pattern", vars{"ROUTES": "sales:"}, `ROUTES: entry 1 ("sales:") has an empty pattern` + empty},
		{"a bar too many", vars{"ROUTES": "sales:news|"}, `ROUTES: entry 1 ("sales:news|") has an empty pattern` + empty},
		{
			"a comma for a bar",
			vars{"ROUTES": "sales:order.refunded,refund.*"},
			`ROUTES: entry 2 ("refund.*") has no destination; write sales:refund.*`,
		},
		{"a name alone", vars{"ROUTES": "sales"}, `ROUTES: entry 1 ("sales") has no destination; write name:news`},
		{"routes that end in a comma", vars{"ROUTES": "sales:news,"}, "ROUTES" + comma},
		{"a secret for a route", vars{"ROUTES": "sales:" + secret}, "ROUTES: entry 1 " + pattern + kinds},
		{"a city for a time zone", vars{"TIMEZONE": "oslo"}, `TIMEZONE: is not a time zone's name ("oslo"); did you mean Europe/Oslo?`},
		{"a city of two words", vars{"TIMEZONE": "New York"}, `TIMEZONE: is not a time zone's name ("New York"); did you mean America/New_York?`},
		{"a time zone in lower case", vars{"TIMEZONE": "europe/oslo"}, `TIMEZONE: is not a time zone's name ("europe/oslo"); did you mean Europe/Oslo?`},
		{"an abbreviation", vars{"TIMEZONE": "PST"}, `TIMEZONE: is not a time zone's name ("PST"); did you mean America/Los_Angeles?`},
		{"an offset", vars{"TIMEZONE": "UTC+2"}, `TIMEZONE: is not a time zone's name ("UTC+2")` + zones},
		{"the machine's own", vars{"TIMEZONE": "Local"}, `TIMEZONE: is not a time zone's name ("Local")` + zones},
		{"a path", vars{"TIMEZONE": "../etc/passwd"}, `TIMEZONE: is not a time zone's name ("../etc/passwd")` + zones},
		{
			"a label that is not a slug",
			vars{"POLAR_WEBHOOK_SECRET": "My Shop:" + secret},
			"POLAR_WEBHOOK_SECRET: entry 1 has a label that is not an organization's slug; " +
				"write nimbus:whsec_…, with the slug as in the address of its dashboard, or nimbus@sandbox:whsec_…",
		},
		{
			"a label for a test",
			vars{"POLAR_WEBHOOK_SECRET": secret + ",nimbus@test:whsec_b3RoZXJvdGg="},
			"POLAR_WEBHOOK_SECRET: entry 2 has a label that is not an organization's slug; " +
				"write nimbus:whsec_…, with the slug as in the address of its dashboard, or nimbus@sandbox:whsec_…",
		},
		{
			"an organization without a label",
			vars{"ROUTES": "sales:sale[organization=nimbus]"},
			"ROUTES: asks for an organization for sales, but no secret has a label; write POLAR_WEBHOOK_SECRET='nimbus:whsec_…'",
		},
		{
			"another organization",
			vars{"POLAR_WEBHOOK_SECRET": "nimbus:" + secret, "ROUTES": "sales:sale[organization=nimbis]"},
			`ROUTES: asks for an organization for sales that no secret is labelled with ("nimbis"); write one of those that are: nimbus`,
		},
		{"a mention of nobody", vars{"MENTIONS": "sales:"}, `MENTIONS: entry 1 ("sales:") names nobody; write sales:@here`},
		{"a mention for no destination", vars{"MENTIONS": "@here"}, `MENTIONS: entry 1 has no destination; write name:@here`},
		{"a mention elsewhere", vars{"MENTIONS": "ops:@here"}, `MENTIONS: entry 1 names a destination that does not exist; write one of the names that exist: sales`},
		{"a mention by name", vars{"MENTIONS": "sales:@Sales"}, "MENTIONS: entry 1 names somebody who cannot be called; " + slackWho},
		{"Discord's crowd on Slack", vars{"MENTIONS": "sales:@everyone"}, "MENTIONS: entry 1 names somebody who cannot be called; " + slackWho},
		{"a bare ID on Discord", vars{"DISCORD_WEBHOOKS": "team:" + discordHook, "MENTIONS": "team:987654321"}, `MENTIONS: entry 1 ("team:987654321") names somebody who cannot be called; ` + discordWho},
		{"Slack's crowd on Discord", vars{"DISCORD_WEBHOOKS": "team:" + discordHook, "MENTIONS": "team:@channel"}, "MENTIONS: entry 1 names somebody who cannot be called; " + discordWho},
		{"a mention for a slip", vars{"MENTIONS": "sales:@here:refunds"}, `MENTIONS: entry 1 has an unknown pattern ("refunds"); did you mean refund?`},
		{
			"a mention among strangers",
			vars{"PUBLIC": "sales", "MENTIONS": "sales:@here"},
			"MENTIONS: entry 1 calls somebody where strangers read; take it out, or the name out of PUBLIC",
		},
		{"an empty pattern in between", vars{"ROUTES": "sales:news||sale"}, `ROUTES: entry 1 ("sales:news||sale") has an empty pattern` + empty},
		{
			"a semicolon between destinations",
			vars{"ROUTES": "sales:news;ops:*"},
			`ROUTES: entry 1 ("sales:news;ops:*") has a semicolon ("news;ops:*"); put a comma between destinations: sales:news,ops:*`,
		},
		{
			"an amount with a comma",
			vars{"ROUTES": "sales:refund[amount>=1,000usd]"},
			`ROUTES: entry 1 ("sales:refund[amount>=1,000usd]") has a comma in an amount ("amount>=1,000usd"); write it without: 1000usd`,
		},
		{
			"a product's name with a comma",
			vars{"ROUTES": "sales:sale[product=Team, yearly],sales:refund"},
			`ROUTES: entry 1 ("sales:sale[product=Team, yearly]") has a comma or a | in a condition ("product=Team, yearly"); ` +
				`put a / between values, and write the product's ID where its name has a comma, | or /: its page in Polar has it in its address`,
		},
		{
			"a value that a shell cut off at its >",
			vars{"ROUTES": "sales:refund[amount"},
			`ROUTES: entry 1 ("sales:refund[amount") has a [ whose ] is missing or not at the end ("[amount"); ` +
				`write it as refund[amount>=100usd], with single quotes around the whole value: a shell cuts it off at > & and |`,
		},
		{"nobody is public", vars{"PUBLIC": "team"}, `PUBLIC: entry 1 ("team") names a destination that does not exist; write one of the names that exist: sales`},
		{"public that ends in a comma", vars{"PUBLIC": "sales,"}, "PUBLIC" + comma},

		{"SQLite on Render", vars{"RENDER": "true"}, "DATABASE_URL: is required on Render" + vanish},
		{"SQLite on Railway", vars{"RAILWAY_ENVIRONMENT": "production"}, "DATABASE_URL: is required on Railway" + vanish},
		{"SQLite on Fly", vars{"FLY_APP_NAME": "bell"}, "DATABASE_URL: is required on Fly" + vanish},
		{"SQLite on Heroku", vars{"DYNO": "web.1"}, "DATABASE_URL: is required on Heroku" + vanish},
		{"SQLite on Cloud Run", vars{"K_SERVICE": "bell"}, "DATABASE_URL: is required on Cloud Run" + vanish},
		{"another database", vars{"DATABASE_URL": "mysql://root:s3cr3tpw@db/x"}, "DATABASE_URL: is neither a file's path nor a postgres:// URL; write one of the two"},
		{"memory", vars{"DATABASE_URL": ":memory:"}, "DATABASE_URL: does not name a file, but deliveries must be kept on disk; write a path such as polarbell.db"},
		{"no path", vars{"DATABASE_URL": "sqlite:"}, "DATABASE_URL: does not name a file, but deliveries must be kept on disk; write a path such as polarbell.db"},
		{"Postgres without its scheme", vars{"DATABASE_URL": "localhost:5432/bell"}, "DATABASE_URL: names a server without postgres:// before it; write postgres://user:password@host/database"},
		{"Postgres's user without its scheme", vars{"DATABASE_URL": "bell:s3cr3tpw@db/bell"}, "DATABASE_URL: names a server without postgres:// before it; write postgres://user:password@host/database"},
		{
			"a password with a #",
			vars{"DATABASE_URL": "postgres://bell:s3cr3tpw#@db/x"},
			"DATABASE_URL: is not a valid URL; in the password, write characters other than letters and digits as %XX",
		},

		{"cards maybe", vars{"CARDS": "maybe"}, `CARDS: is neither on nor off ("maybe"); write one of the two`},
		{"another server", vars{"POLAR_SERVER": "staging"}, `POLAR_SERVER: is neither production nor sandbox ("staging"); write one of the two`},
		{"another format", vars{"LOG_FORMAT": "xml"}, `LOG_FORMAT: is neither text nor json ("xml"); write one of the two`},
		{"another level", vars{"LOG_LEVEL": "loud"}, `LOG_LEVEL: is not a log level ("loud"); write debug, info, warn or error`},
		{"no unit", vars{"RETENTION": "45"}, `RETENTION: is not a number of days or hours ("45")` + retain},
		{"below nothing", vars{"RETENTION": "-45d"}, `RETENTION: is not a number of days or hours ("-45d")` + retain},
		{"two days", vars{"RETENTION": "2d"}, `RETENTION: is too short ("2d"); write 3d or more, so that an outage over a long weekend loses nothing`},
		{"71 hours", vars{"RETENTION": "71h"}, `RETENTION: is too short ("71h"); write 3d or more, so that an outage over a long weekend loses nothing`},
		{"a heartbeat without https", vars{"HEARTBEAT_URL": heartbeat[8:]}, "HEARTBEAT_URL: is not a URL; write it in full, with https://"},
		{"the example's heartbeat", vars{"HEARTBEAT_URL": "https://hc-ping.com/your-check"}, "HEARTBEAT_URL: is still the example; write the address of your own check, or leave it out"},
		{"the example's password", vars{"ADMIN_PASSWORD": "a long one of your own"}, "ADMIN_PASSWORD: is still the example; write a long one of your own"},
		{"a webhook's secret for a token", vars{"POLAR_ACCESS_TOKEN": secret}, "POLAR_ACCESS_TOKEN: is the secret of a webhook, which belongs into POLAR_WEBHOOK_SECRET" + oat},
		{"a person's token", vars{"POLAR_ACCESS_TOKEN": "polar_pat_" + access}, "POLAR_ACCESS_TOKEN: is a token of another kind" + oat},
		{"two tokens", vars{"POLAR_ACCESS_TOKEN": access + "," + access}, "POLAR_ACCESS_TOKEN: has several tokens, and one organization's is all that is read" + oat},
		{"the example's token", vars{"POLAR_ACCESS_TOKEN": "polar_oat_…"}, "POLAR_ACCESS_TOKEN: is still the example" + oat},
		{"another token", vars{"POLAR_ACCESS_TOKEN": token}, "POLAR_ACCESS_TOKEN: is not an organization access token" + oat},
		{"Polar elsewhere", vars{"POLAR_API_URL": "api.polar.sh"}, "POLAR_API_URL: is not a URL; write one like https://api.polar.sh/v1/, or leave it out"},
		{"Polar without a version", vars{"POLAR_API_URL": "https://api.polar.sh"}, "POLAR_API_URL: does not end in /v1/; write one like https://api.polar.sh/v1/, or leave it out"},
		{"Polar in the clear", vars{"POLAR_API_URL": "http://api.polar.sh/v1/"}, "POLAR_API_URL: would send the access token unencrypted; write https://"},
		{"Slack elsewhere", vars{"SLACK_API_URL": "slack.com"}, "SLACK_API_URL: is not a URL; write one like https://slack.com/api/, or leave it out"},
		{"Slack without /api/", vars{"SLACK_API_URL": "https://slack-gov.com/"}, "SLACK_API_URL: does not end in /api/; write one like https://slack.com/api/, or leave it out"},
		{"Discord without /api/", vars{"DISCORD_API_URL": "https://discord.com"}, "DISCORD_API_URL: does not end in /api/v10/; write one like https://discord.com/api/v10/, or leave it out"},
		{"Discord elsewhere", vars{"DISCORD_API_URL": "//x"}, "DISCORD_API_URL: is not a URL; write one like https://discord.com/api/v10/, or leave it out"},

		{
			"a password for Discord's API",
			vars{"DISCORD_API_URL": "http://bell:s3cr3tpw@proxy/api"},
			"DISCORD_API_URL: has a user name or a password in it; write one like https://discord.com/api/v10/",
		},

		{"a value and a file", vars{"SLACK_BOT_TOKEN_FILE": "/x"}, "SLACK_BOT_TOKEN: is set, and SLACK_BOT_TOKEN_FILE as well; keep only one of them"},
		{
			"a secret for a file's path",
			vars{"POLAR_WEBHOOK_SECRET": "", "POLAR_WEBHOOK_SECRET_FILE": secret},
			"POLAR_WEBHOOK_SECRET_FILE: names a file that cannot be read (no such file or directory); write the path of a file that holds the value",
		},
		{
			"no file for the webhooks",
			vars{"SLACK_CHANNELS": "", "DISCORD_WEBHOOKS_FILE": "gone"},
			"DISCORD_WEBHOOKS_FILE: names a file that cannot be read (no such file or directory); write the path of a file that holds the value",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := lines(t, right(c.v)); !slices.Equal(got, []string{c.want}) {
				t.Errorf("mistakes:\n%s\nwant:\n%s", strings.Join(got, "\n"), c.want)
			}
		})
	}
}

// Where there is no .env, the mistake says where it was looked for.
func TestNoSecret(t *testing.T) {
	const cure = "in Polar, under Settings > Webhooks, add an endpoint with this server's URL (https://…/webhook) and the format Raw, then copy its secret"
	missing := filepath.Join(t.TempDir(), ".env")
	for _, c := range []struct {
		name string
		file string // the text of .env; "": there is none
		load func() (config.Config, error)
		want string // FOLDER is the working directory
	}{
		{"a file without it", "POLAR_WEBHOOK_SECRET=''", config.Load, "is required; " + cure},
		{"no file", "", config.Load, "is required; it is not in the environment, and there is no .env in FOLDER: " +
			"run this in the folder of your .env, or make one with polarbell init; then, " + cure},
		{"a file of another name", "", func() (config.Config, error) {
			write(t, ".env.txt", "POLAR_WEBHOOK_SECRET=''")
			return config.Load()
		}, "is required; it is not in the environment, and there is no .env in FOLDER: rename .env.txt to .env if it has your settings, " +
			"run this in the folder of your .env, or make one with polarbell init; then, " + cure},
		{"no file, nor the unit's", "", config.LoadBeside, "is required; it is not in the environment, and there is no .env in FOLDER, and no " + missing + ": " +
			"run this in the folder of your .env, or make one with polarbell init; then, " + cure},
	} {
		t.Run(c.name, func(t *testing.T) {
			within(t, right(vars{"POLAR_WEBHOOK_SECRET": ""}))
			config.SetFallback(t, missing)
			if c.file != "" {
				write(t, ".env", c.file)
			}
			folder, err := os.Getwd()
			if err != nil {
				t.Fatal(err)
			}
			want := "POLAR_WEBHOOK_SECRET: " + strings.ReplaceAll(c.want, "FOLDER", folder)
			if _, err := c.load(); err == nil || err.Error() != want {
				t.Errorf("mistakes:\n%v\nwant:\n%s", err, want)
			}
		})
	}
}

// A token that posts nowhere is harmless beside other destinations, so that an
// upgrade does not keep such a bridge from starting.
func TestATokenThatPostsNowhere(t *testing.T) {
	within(t, right(vars{"SLACK_CHANNELS": "", "DISCORD_WEBHOOKS": "team:" + discordHook}))
	c, err := config.Load()
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"SLACK_BOT_TOKEN: posts nowhere without SLACK_CHANNELS; set SLACK_CHANNELS='sales:#channel', or remove the token"}
	if !slices.Equal(c.Warnings, want) {
		t.Errorf("warnings: %q, want %q", c.Warnings, want)
	}
}

func TestEveryMistakeAtOnce(t *testing.T) {
	got := lines(t, vars{
		"PORT": "http", "ADMIN_ADDR": ":9090", "SLACK_BOT_TOKEN": "xoxp-" + token[5:], "SLACK_CHANNELS": "sales:",
		"DISCORD_WEBHOOKS": "team:" + discordHook + "/slack", "ROUTES": "sales:news,team:order.payed,gone:news", "PUBLIC": "gone",
		"RETENTION": "1d", "DYNO": "web.1",
	})
	var variables []string
	for _, line := range got {
		variable, _, _ := strings.Cut(line, ":")
		variables = append(variables, variable)
	}
	want := []string{
		"POLAR_WEBHOOK_SECRET", "PORT", "ADMIN_PASSWORD", "SLACK_BOT_TOKEN", "SLACK_CHANNELS", "DISCORD_WEBHOOKS",
		"ROUTES", "ROUTES", "PUBLIC", "DATABASE_URL", "RETENTION",
	}
	if !slices.Equal(variables, want) {
		t.Errorf("mistakes in %v, want %v:\n%s", variables, want, strings.Join(got, "\n"))
	}
}

// Whatever is round a secret, the bridge would start and refuse every delivery.
func TestNotASecret(t *testing.T) {
	const (
		get    = "; in Polar, under Settings > Webhooks, add an endpoint with this server's URL (https://…/webhook) and the format Raw, then copy its secret"
		copied = "; copy only the secret from the endpoint's page in Polar, whole, with its whsec_"
		quotes = "has quotes around it, or one of a pair" + copied
		before = "has the name of a variable before it" + copied
		behind = "has something behind it that does not belong to it" + copied
		short  = "is too short to be a secret of Polar's" + copied
		access = "is an access token, which signs nothing" + get
	)
	for _, c := range []struct{ name, value, want string }{
		{"a quote that is not closed", `"` + secret, quotes},
		{"a quote at the end", secret + "'", quotes},
		{"two pairs of quotes", `"'` + secret + `'"`, quotes},
		{"typographic quotes", "“" + secret + "”", quotes},
		{"German quotes", "„" + secret + "“", quotes},
		{"backticks", "`" + secret + "`", quotes},
		{"each of two in quotes", `"` + secret + `","` + secret + `"`, "entry 1 " + quotes},
		{"a comment", secret + " # of production", "has a comment behind it; put that on a line of its own"},
		{"a comment behind a chosen one", "hunter2hunter2hunter2 # mine", "has a comment behind it; put that on a line of its own"},
		{"its variable", "POLAR_WEBHOOK_SECRET=" + secret, before},
		{"its variable in small letters", "polar_webhook_secret: " + secret, before},
		{"export", "export POLAR_WEBHOOK_SECRET=" + secret, before},
		{"another variable before a chosen one", "SECRET=hunter2hunter2hunter2", before},
		{"a word", "Secret " + secret, "has something before whsec_" + copied},
		{"a semicolon", secret + ";", behind},
		{"two by a blank", secret + " " + secret, behind},
		{"an invisible blank", secret + "\u200b", behind},
		{"the organization's access token", "polar_oat_AbCdEfGhIjKlMnOpQrStUvWxYz012345", access},
		{"a person's access token", "polar_pat_AbCdEfGhIjKlMnOpQrStUvWxYz012345", access},
		{"an access token beside a secret", secret + ",polar_oat_AbCdEfGhIjKlMnOpQrStUvWxYz012345", "entry 2 " + access},
		{"too short", "hunter2", short},
		{"cut off", "whsec_MfKQ", short},
		{"the second cut off", secret + ",whsec_MfKQ", "entry 2 " + short},
		{"only separators", `" , "`, "has only separators" + get},
		{"only line ends and commas", ",\n,", "has only separators" + get},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := lines(t, right(vars{"POLAR_WEBHOOK_SECRET": c.value}))
			if want := "POLAR_WEBHOOK_SECRET: " + c.want; got[0] != want {
				t.Errorf("mistakes:\n%s\nwant first:\n%s", strings.Join(got, "\n"), want)
			}
			for _, line := range got {
				for _, hidden := range []string{"hunter2", "AbCdEfGhIj", "MfKQ"} {
					if strings.Contains(line, hidden) {
						t.Errorf("a mistake shows the secret: %s", line)
					}
				}
			}
		})
	}
}
