package album

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tandem/cmd/internal/scene"
	"tandem/engine/cpu"
	"tandem/engine/data"
	"tandem/engine/device"
	"tandem/engine/nn"
	"tandem/engine/tensor"
	"tandem/engine/train"
	"tandem/engine/train/metrics"
)

// A folder with nothing but the best checkpoint shows that.
func TestBestAlone(t *testing.T) {
	dir := t.TempDir()
	trainInto(t, dir, 10, false)
	for _, step := range []string{"5", "8", "10"} {
		must(t, os.Remove(filepath.Join(dir, "step-"+strings.Repeat("0", 8-len(step))+step+".safetensors")))
	}
	a := show(t, Options{Path: dir, Images: testImages})
	s := until(t, a, "it is shown", func(s *scene.Scene) bool { return s.Answer != nil })
	if hasNotice(s, false, "no checkpoint") {
		t.Errorf("notices %v", s.Notices)
	}
}

// replace puts a file in another's place, with a later time.
func replace(t testing.TB, path string, content []byte) {
	t.Helper()
	info, err := os.Stat(path)
	must(t, err)
	must(t, os.WriteFile(path, content, 0o600))
	later := info.ModTime().Add(time.Second)
	must(t, os.Chtimes(path, later, later))
}

func read(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	must(t, err)
	return b
}

// count returns how often a notice was given, however often in a row.
func count(a *Album, words string) int {
	serial, n := 0, 0
	for _, notice := range a.Scene().Notices {
		if strings.Contains(notice.Text, words) {
			n += notice.Serial - serial
		}
		serial = notice.Serial
	}
	return n
}

// A checkpoint that went bad while another was on show is named once, and not tried
// again until the file is another.
func TestNamedCheckpointGoesBad(t *testing.T) {
	dir := t.TempDir()
	trainInto(t, dir, 10, false)
	best := filepath.Join(dir, "best.safetensors")
	a := show(t, Options{Path: best, Images: testImages})
	until(t, a, "it is shown", func(s *scene.Scene) bool { return s.Answer != nil })
	whole := read(t, best)
	for i := range 3 {
		a.Want(scene.Want{Checkpoint: 0})
		until(t, a, "the first is shown", func(s *scene.Scene) bool { return s.Answer != nil && s.Answer.Step == 5 })
		if i == 0 {
			replace(t, best, whole[:len(whole)/2])
		}
		a.Want(scene.Want{Checkpoint: scene.Newest})
		until(t, a, "it is named", func(*scene.Scene) bool { return count(a, "best.safetensors") > 0 })
	}
	a.Want(scene.Want{Checkpoint: 1})
	until(t, a, "another is shown", func(s *scene.Scene) bool { return s.Weights.Step == 8 })
	a.Want(scene.Want{Checkpoint: 0})
	until(t, a, "the first is shown", func(s *scene.Scene) bool { return s.Weights.Step == 5 })
	if n := count(a, "best.safetensors"); n != 1 {
		t.Errorf("%d notices", n)
	}
	replace(t, best, whole)
	a.Want(scene.Want{Checkpoint: scene.Newest})
	until(t, a, "the repaired one is shown", func(s *scene.Scene) bool { return s.Weights.Step != 5 })
}

// A file that is followed is shown anew when another takes its place.
func TestReplacedFileIsFollowed(t *testing.T) {
	dir := t.TempDir()
	trainInto(t, dir, 10, false)
	best := filepath.Join(dir, "best.safetensors")
	replace(t, best, read(t, filepath.Join(dir, "step-00000005.safetensors")))
	a := show(t, Options{Path: best, Follow: true, Images: testImages})
	until(t, a, "it is shown", func(s *scene.Scene) bool { return s.Answer != nil && s.Answer.Step == 5 })
	replace(t, best, read(t, filepath.Join(dir, "step-00000010.safetensors")))
	until(t, a, "the new one is shown", func(s *scene.Scene) bool { return s.Answer != nil && s.Answer.Step == 10 })
}

// A run whose rates were changed on the way is still one network: the lens has all
// of its checkpoints.
func TestChangedOnTheWay(t *testing.T) {
	dir := t.TempDir()
	trainInto(t, dir, 5, false)
	trainWith(t, dir, 20, true, func(c *train.Config) {
		c.Watch = func(_ context.Context, m *train.Moment) error {
			if m.State().Step != 7 {
				return nil
			}
			if err := m.SetRate(0.02); err != nil {
				return err
			}
			return m.SetMomentum(0.5)
		}
	})
	a := show(t, Options{Path: dir, Images: testImages})
	a.Want(scene.Want{Checkpoint: scene.Newest, View: scene.LensView})
	s := until(t, a, "all are measured", func(s *scene.Scene) bool { return s.Series != nil && s.Series.Measured == len(s.Series.Steps) })
	until(t, a, "the lens knows all", func(now *scene.Scene) bool { return now.Lens != nil && len(now.Lens.History) == len(s.Series.Steps) })
}

// A checkpoint of a network that cannot be shown leaves the last one, which goes on
// to be shown and asked.
func TestNetworkThatDoesNotFit(t *testing.T) {
	dir, other := t.TempDir(), t.TempDir()
	trainInto(t, dir, 10, false)
	trainWith(t, other, 15, false, func(c *train.Config) {
		net, err := nn.ParseNetwork([]byte(strings.Replace(smallNet, `"outputs":3`, `"outputs":2`, 1)), "two.json")
		must(t, err)
		c.Net, c.Data = net, &data.Splits{Name: "pairs", Train: pairs{stains{64}}, Test: pairs{stains{15}}}
	})
	a := show(t, Options{Path: dir, Images: testImages})
	until(t, a, "the newest is shown", func(s *scene.Scene) bool { return s.Answer != nil && s.Answer.Step == 10 && s.Photos.Count == 15 })
	replace(t, filepath.Join(dir, "step-00000008.safetensors"), read(t, filepath.Join(other, "step-00000015.safetensors")))
	for range 2 {
		a.Want(scene.Want{Checkpoint: 1})
		until(t, a, "it is named", func(s *scene.Scene) bool { return hasNotice(s, true, "tells 2 classes apart") })
	}
	a.Want(scene.Want{Checkpoint: 2, Photo: 4})
	s := until(t, a, "the last one answers", func(s *scene.Scene) bool { return s.Answer != nil && s.Answer.Number == 4 })
	if s.Answer.Step != 10 || len(s.Answer.Probabilities) != 3 {
		t.Errorf("answer %+v", s.Answer)
	}
	if n := count(a, "tells 2 classes apart"); n != 1 {
		t.Errorf("%d notices", n)
	}
}

// The lens has no kernels of another network among its history.
func TestLensOfAnotherNetwork(t *testing.T) {
	dir, other := t.TempDir(), t.TempDir()
	trainInto(t, dir, 10, false)
	trainWith(t, other, 10, false, func(c *train.Config) {
		net, err := nn.ParseNetwork([]byte(strings.Replace(smallNet, `"filters":8`, `"filters":6`, 1)), "six.json")
		must(t, err)
		c.Net = net
	})
	replace(t, filepath.Join(dir, "step-00000008.safetensors"), read(t, filepath.Join(other, "step-00000008.safetensors")))
	a := show(t, Options{Path: dir, Images: testImages})
	a.Want(scene.Want{Checkpoint: scene.Newest, View: scene.LensView})
	until(t, a, "this network's are measured", func(s *scene.Scene) bool { return s.Lens != nil && s.Series.Measured == 3 && len(s.Lens.History) == 2 })
	a.Want(scene.Want{Checkpoint: 1, View: scene.LensView})
	s := until(t, a, "the other is shown", func(s *scene.Scene) bool {
		return s.Lens != nil && s.Lens.Step == 8 && len(s.Lens.Kernels) == 6 && s.Series.Measured == 3
	})
	if len(s.Lens.History) != 1 || s.Lens.History[0].Step != 8 {
		t.Errorf("history %+v", s.Lens.History)
	}
}

// pairs are stains of two classes.
type pairs struct{ stains }

func (pairs) Classes() []string { return []string{"red", "green"} }
func (p pairs) Read(i int, dst []byte) (int, error) {
	label, err := p.stains.Read(i, dst)
	return label % 2, err
}

// large are images of another size than the network's.
type large struct{ stains }

func (large) Shape() tensor.Shape { return tensor.Shape{3, 20, 20} }

// Images that do not fit are said not to, once, and those that the user opens are
// shown.
func TestImagesThatDoNotFit(t *testing.T) {
	dir := t.TempDir()
	trainInto(t, dir, 5, false)
	a := show(t, Options{Path: dir, Images: func(*train.Checkpoint) (data.Dataset, string, error) { return large{stains{15}}, "large", nil }})
	until(t, a, "that is said", func(s *scene.Scene) bool { return hasNotice(s, true, "these are 3x20x20") })
	for i, name := range []string{"one.png", "two.png"} {
		a.Tell(scene.Order{Do: scene.Open, Name: name, Data: picture(t)})
		a.Want(scene.Want{Photo: i, Checkpoint: scene.Newest})
		until(t, a, "it is shown", func(s *scene.Scene) bool { return s.Answer != nil && s.Answer.Name == name })
	}
	if n := count(a, "these are 3x20x20"); n != 1 {
		t.Errorf("%d notices", n)
	}
}

// renamed are stains whose classes stand for something else.
type renamed struct{ stains }

func (renamed) Classes() []string { return []string{"red", "blue", "green"} }

// Images whose labels mean something else are shown, and that is said.
func TestOtherClasses(t *testing.T) {
	dir := t.TempDir()
	trainInto(t, dir, 5, false)
	a := show(t, Options{Path: dir, Images: func(*train.Checkpoint) (data.Dataset, string, error) { return renamed{stains{15}}, "renamed", nil }})
	s := until(t, a, "they are shown", func(s *scene.Scene) bool { return s.Photos.Count == 15 })
	if !hasNotice(s, true, `"blue"`) {
		t.Errorf("notices %v", s.Notices)
	}
}

// What is wrong with a followed folder is said when it begins, not again and again.
func TestFollowedFolderIsNotRepeated(t *testing.T) {
	dir := t.TempDir()
	must(t, os.WriteFile(filepath.Join(dir, metrics.FileName), []byte("a letter\n"), 0o600))
	a, err := New(Options{Path: dir, Follow: true})
	must(t, err)
	for range 3 {
		a.look()
	}
	if n := len(a.Scene().Notices); n != 2 || count(a, "no checkpoint") != 1 || count(a, metrics.FileName) != 1 {
		t.Errorf("notices %v", a.Scene().Notices)
	}
}

// closable is a set that knows when it is closed.
type closable struct {
	stains
	closed chan bool
}

func (c closable) Close() error { close(c.closed); return nil }

// Images that come when the window is closed already are closed, too.
func TestImagesThatComeLate(t *testing.T) {
	dir := t.TempDir()
	trainInto(t, dir, 5, false)
	asked, let, set := make(chan bool), make(chan bool), closable{stains{15}, make(chan bool)}
	dev := cpu.New(1)
	defer dev.Close()
	a, err := New(Options{Path: dir, Devices: []device.Device{dev}, Images: func(*train.Checkpoint) (data.Dataset, string, error) {
		close(asked)
		<-let
		return set, "late", nil
	}})
	must(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan bool)
	go func() { a.Run(ctx); close(ended) }()
	<-asked
	cancel()
	<-ended
	close(let)
	select {
	case <-set.closed:
	case <-time.After(time.Minute):
		t.Error("they stay open")
	}
}

// A run that nobody trains any more has no speed.
func TestEndedRun(t *testing.T) {
	dir := t.TempDir()
	trainInto(t, dir, 10, false)
	a := show(t, Options{Path: dir, Follow: true, Training: func(string) bool { return false }})
	r := until(t, a, "it is shown", func(s *scene.Scene) bool { return s.Run != nil && s.Run.Step == 10 }).Run
	if r.ImagesPerSecond != 0 || r.Remaining != 0 || r.State != scene.Failed {
		t.Errorf("run %+v", r)
	}
}
