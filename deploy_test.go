package main_test

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestImageNeedsNoBuildKit: the docker of Debian and podman set none of
// BuildKit's variables, and podman asks for the registry of a short name.
func TestImageNeedsNoBuildKit(t *testing.T) {
	for name, forbidden := range map[string]*regexp.Regexp{
		"a variable of BuildKit": regexp.MustCompile(`(?i)(BUILD|TARGET)(PLATFORM|OS|ARCH|VARIANT)`),
		"a mount of BuildKit":    regexp.MustCompile(`--mount`),
		"a short name":           regexp.MustCompile(`(?m)^(FROM [^/\s]+ AS .*|\s+image: postgres.*)$`),
	} {
		if found := forbidden.FindString(read(t, "Dockerfile") + read(t, "compose.yaml")); found != "" {
			t.Errorf("the image needs %s: %s", name, found)
		}
	}
}

// TestLicences of all that is linked are in the image and beside the binaries.
func TestLicences(t *testing.T) {
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("no shell here")
	}
	texts, err := exec.Command("sh", "deploy/licenses.sh").Output()
	if err != nil {
		t.Fatal(err)
	}
	modules, err := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{.Path}}{{end}}", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	for module := range strings.FieldsSeq(string(modules)) {
		if !strings.Contains(string(texts), "==== "+module+": ") {
			t.Errorf("the licence of %s is missing", module)
		}
	}
	for _, file := range []string{"Dockerfile", ".goreleaser.yaml"} {
		if !strings.Contains(read(t, file), "deploy/licenses.sh >") {
			t.Errorf("%s does not write the licences", file)
		}
	}
}
