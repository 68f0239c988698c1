package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tandem/cmd/internal/viewer/ui"
)

// follow shows the run in a folder.
func follow(t *testing.T, dir string) *windowed {
	t.Helper()
	return open(t, "Tandem: "+filepath.Base(dir), "view", "--follow", dir)
}

// untilView presses a key until a view is on show.
func (p *windowed) untilView(key, name string) {
	p.t.Helper()
	p.key(key)
	p.untilState(name, func(s string) bool { return strings.HasPrefix(s, "view="+name) })
}

// What another program trains is shown until that program is killed, and then the
// window lives on.
func TestFollowATrainerThatDies(t *testing.T) {
	unraced(t)
	dir := filepath.Join(t.TempDir(), "a run")
	trainer := startTraining(t, "step", "--data", "fashion-mnist", "--net", slowNet(t), "--save-every", "5", "--keep", "0", "--out", dir)
	t.Cleanup(func() { trainer.Process.Kill() })
	p := follow(t, dir)
	p.key("}") // the newest checkpoint, once there are any
	if got, want := p.link(), binary+" view '"+dir+"' --follow --at view=filters,unit=conv1:0"; !strings.HasPrefix(got, want) {
		t.Errorf("y prints %q, not %q", got, want)
	}
	p.untilState("a checkpoint", func(s string) bool {
		p.key("]")
		return strings.Contains(s, ",step=")
	})
	must(t, trainer.Process.Kill())
	p.untilNotice(ui.Dark.Bad)
	p.untilView("2", "activations")
	p.untilView("0", "mistakes")
	p.key("[")
	p.quit()
}

// A checkpoint that is damaged or vanishes while it is followed is told of.
func TestFollowAFolderWithDamage(t *testing.T) {
	unraced(t)
	dir := filepath.Join(t.TempDir(), "run")
	must(t, os.CopyFS(dir, os.DirFS(trained(t))))
	p := follow(t, dir)
	p.untilView("2", "activations")
	must(t, os.WriteFile(stepFile(dir, 60), []byte("half of it"), 0o666))
	p.untilNotice(ui.Dark.Bad)
	must(t, os.RemoveAll(dir))
	p.untilView("3", "backward")
	p.quit()
}

// A folder in which nobody has trained yet is waited for.
func TestFollowARunFromItsStart(t *testing.T) {
	unraced(t)
	dir := t.TempDir()
	p := follow(t, dir)
	p.untilNotice(ui.Dark.Accent)
	p.untilView("2", "activations")
	succeed(t, "train", "--data", "fashion-mnist", "--net", write(t, "tiny.json", tinyNet), "--steps", "2", "--out", dir)
	p.untilState("a network", func(s string) bool { return s == "view=activations,unit=conv1:0" })
	p.quit()
}
