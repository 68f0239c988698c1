package nn

import (
	"fmt"
	"strings"
	"testing"

	"tandem/engine/device"
)

// paperDevice has as much memory as anybody asks for, and computes nothing.
type paperDevice struct {
	device.Device
	log   *[]string
	inner *paperDevice // the one whose Record is called inside this one's
}

type paperBuffer int

func (b paperBuffer) Len() int { return int(b) }

func (d *paperDevice) Info() device.Info                  { return device.Info{ID: "paper"} }
func (d *paperDevice) Alloc(n int) (device.Buffer, error) { return paperBuffer(n), nil }
func (d *paperDevice) Free(device.Buffer)                 { *d.log = append(*d.log, "free") }

// onPaper binds a network to devices without memory.
func onPaper(t *testing.T, name string, devices int, o Options) *Model {
	t.Helper()
	net, err := Build(name, BuildOptions{})
	if err != nil {
		t.Fatal(err)
	}
	o.Batch = 1
	var last *paperDevice
	for range devices {
		last = &paperDevice{log: new([]string), inner: last}
		o.Devices = append(o.Devices, last)
	}
	m, err := New(net, o)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// sequence returns what one device does, a word for each task.
func sequence(tasks []task, dev int) string {
	var words []string
	seen := map[*compute]bool{}
	for _, t := range tasks {
		if t.dev != dev {
			continue
		}
		switch {
		case t.kind == sending:
			words = append(words, "send:"+t.t.name)
		case t.kind == receiving:
			words = append(words, "receive:"+t.t.name)
		case seen[t.c]:
			words = append(words, t.c.ctx.Node.Name+":params")
		default:
			words = append(words, t.c.ctx.Node.Name)
			seen[t.c] = true
		}
	}
	return strings.Join(words, " ")
}

// What crosses is sent at once and received at the last moment, and while a
// gradient is on its way there are those of parameters to compute.
func TestOrderOfTheTowers(t *testing.T) {
	m := onPaper(t, "alexnet", 2, Options{})
	for _, c := range []struct {
		pass  string
		tasks []task
		dev   int
		want  string
	}{
		{"forward", m.forward, 0, `conv1.a relu1.a norm1.a pool1.a conv2.a relu2.a norm2.a pool2.a send:pool2.a
			receive:pool2.b pool2.ab@a conv3.a relu3.a conv4.a relu4.a conv5.a relu5.a pool5.a send:pool5.a
			receive:pool5.b pool5.ab@a fc6.a relu6.a drop6.a send:drop6.a
			receive:drop6.b drop6.ab@a fc7.a relu7.a drop7.a
			receive:drop7.b drop7.ab@a fc8 softmax`},
		{"forward", m.forward, 1, `conv1.b relu1.b norm1.b pool1.b conv2.b relu2.b norm2.b pool2.b send:pool2.b
			receive:pool2.a pool2.ab@b conv3.b relu3.b conv4.b relu4.b conv5.b relu5.b pool5.b send:pool5.b
			receive:pool5.a pool5.ab@b fc6.b relu6.b drop6.b send:drop6.b
			receive:drop6.a drop6.ab@b fc7.b relu7.b drop7.b send:drop7.b`},
		{"backward", m.backward, 0, `softmax fc8 drop7.ab@a send:drop7.b
			drop7.a relu7.a fc7.a drop6.ab@a send:drop6.b fc8:params fc7.a:params
			receive:drop6.a drop6.a relu6.a fc6.a pool5.ab@a send:pool5.b fc6.a:params
			receive:pool5.a pool5.a relu5.a conv5.a relu4.a conv4.a relu3.a conv3.a pool2.ab@a send:pool2.b conv5.a:params conv4.a:params conv3.a:params
			receive:pool2.a pool2.a norm2.a relu2.a conv2.a pool1.a norm1.a relu1.a conv1.a conv2.a:params conv1.a:params`},
		{"backward", m.backward, 1, `receive:drop7.b drop7.b relu7.b fc7.b drop6.ab@b send:drop6.a fc7.b:params
			receive:drop6.b drop6.b relu6.b fc6.b pool5.ab@b send:pool5.a fc6.b:params
			receive:pool5.b pool5.b relu5.b conv5.b relu4.b conv4.b relu3.b conv3.b pool2.ab@b send:pool2.a conv5.b:params conv4.b:params conv3.b:params
			receive:pool2.b pool2.b norm2.b relu2.b conv2.b pool1.b norm1.b relu1.b conv1.b conv2.b:params conv1.b:params`},
	} {
		if got, want := sequence(c.tasks, c.dev), strings.Join(strings.Fields(c.want), " "); got != want {
			t.Errorf("%s on device %d:\n%s\nwant\n%s", c.pass, c.dev, got, want)
		}
	}
}

// On one device a layer's two gradients are computed one after the other, while
// what they read is in the caches.
func TestOrderOnOneDevice(t *testing.T) {
	m := onPaper(t, "alexnet-mini", 1, Options{})
	if got := sequence(m.backward, 0); !strings.HasPrefix(got, "softmax fc8 fc8:params ") || !strings.HasSuffix(got, " conv1 conv1:params") {
		t.Error(got)
	}
	if n := len(onPaper(t, "alexnet-mini", 1, Options{Inference: true}).backward); n != 0 {
		t.Errorf("%d tasks backwards without gradients", n)
	}
}

// Each device runs its own list, and a link holds one message: they get through
// several steps, whichever goes first.
func TestTowersNeverWaitInACircle(t *testing.T) {
	for _, e := range Catalog() {
		if net, err := Build(e.Name, BuildOptions{}); err != nil || net.Towers != 2 {
			continue
		}
		for _, o := range []Options{{}, {Inference: true}, {InputGradient: true}} {
			m := onPaper(t, e.Name, 2, o)
			for first := range 2 {
				if left := simulate(m, first); left != "" {
					t.Errorf("%s, %+v: stuck before %s", e.Name, o, left)
				}
			}
		}
	}
}

// simulate runs three steps, one device as far as it gets, then the other, and
// returns what is left.
func simulate(m *Model, first int) string {
	var todo [2][]task
	for range 3 {
		for _, list := range [][]task{m.forward, m.backward} {
			for _, t := range list {
				todo[t.dev] = append(todo[t.dev], t)
			}
		}
	}
	full := map[string]bool{} // by transfer and receiver
	for moved := true; moved; {
		moved = false
		for _, dev := range []int{first, 1 - first} {
			for len(todo[dev]) > 0 && ready(todo[dev][0], full) {
				todo[dev] = todo[dev][1:]
				moved = true
			}
		}
	}
	return sequence(append(todo[0], todo[1]...), 0) + sequence(append(todo[0], todo[1]...), 1)
}

// ready sends or receives if the link's state allows it.
func ready(t task, full map[string]bool) bool {
	switch {
	case t.kind == computing:
		return true
	case t.kind == sending:
		key := fmt.Sprint(t.t.name, 1-t.dev)
		if full[key] {
			return false
		}
		full[key] = true
	default:
		key := fmt.Sprint(t.t.name, t.dev)
		if !full[key] {
			return false
		}
		delete(full, key)
	}
	return true
}

func TestTheSameDeviceTwice(t *testing.T) {
	net, err := Build("alexnet-mini", BuildOptions{})
	if err != nil {
		t.Fatal(err)
	}
	d := &paperDevice{log: new([]string)}
	if _, err := New(net, Options{Batch: 1, Devices: []device.Device{d, d}}); err == nil || !strings.Contains(err.Error(), "paper was given twice") {
		t.Errorf("got %v", err)
	}
}

type paperRecording struct{ log *[]string }

func (r paperRecording) Replay() { *r.log = append(*r.log, "replay") }
func (r paperRecording) Close()  { *r.log = append(*r.log, "close") }

func (d *paperDevice) Record(ops func()) device.Recording {
	*d.log = append(*d.log, "record")
	if d.inner != nil {
		ops()
	}
	return paperRecording{d.log}
}

// A step is recorded once; recordings go before the buffers that they use.
func TestRecordingsLiveAsLongAsTheModel(t *testing.T) {
	m := onPaper(t, "alexnet-mini", 2, Options{})
	m.Train()
	m.Infer()
	m.Train()
	m.Train()
	m.Infer()
	m.Close()
	m.Close()
	for i, d := range m.opt.Devices {
		log := *d.(*paperDevice).log
		got := strings.TrimRight(strings.ReplaceAll(strings.Join(log, " "), " free", ""), " ")
		if want := "record replay record replay replay replay replay close close"; got != want || log[len(log)-1] != "free" {
			t.Errorf("device %d: %s", i, log)
		}
	}
}

func TestStepsAllocateNothingHere(t *testing.T) {
	m := onPaper(t, "alexnet-mini", 2, Options{})
	m.Train()
	for _, d := range m.opt.Devices {
		*d.(*paperDevice).log = make([]string, 0, 1000)
	}
	if n := testing.AllocsPerRun(20, m.Train); n != 0 {
		t.Errorf("%g allocations a step", n)
	}
}

func TestProfileOfTooManyLayers(t *testing.T) {
	c := newChain("deep", []int{1, 2, 2}, 1)
	for i := range 600 {
		c.relu(fmt.Sprint("relu", i))
	}
	net := c.end(2, ParamSpec{}, ParamSpec{}, "fc", Recipe{})
	m, err := New(net, Options{Batch: 1, Devices: []device.Device{&paperDevice{log: new([]string)}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Profile(); err == nil || !strings.Contains(err.Error(), "network deep: device 0 has 1205 passes to time") {
		t.Errorf("got %v", err)
	}
}
