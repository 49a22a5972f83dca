package lookalike

import "strings"

// tones are the classes of the colours that formatter gives to attachments and
// embeds. A class instead of an inline style lets a page forbid inline styles.
var tones = map[string]string{
	"#9aa0a6": "tone-grey", // the same on both platforms
	"#2eb67d": "tone-green", "#23a55a": "tone-green",
	"#a5dcc3": "tone-pale-green", "#8fd6ac": "tone-pale-green",
	"#ecb22e": "tone-amber", "#f0b232": "tone-amber",
	"#e01e5a": "tone-red", "#f23f43": "tone-red",
	"#1d9bd1": "tone-blue", "#3ba5f5": "tone-blue",
}

// toneClass is "" for a colour that is not formatter's.
func toneClass(hex string) string { return tones[strings.ToLower(hex)] }
