package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"tandem/engine/device"
)

// transfer is what doctor finds out about one way that data takes.
type transfer struct {
	From    string  `json:"from"`
	To      string  `json:"to"`
	Bytes   int64   `json:"bytes"`
	GBs     float64 `json:"gb_per_second"` // median
	Failure string  `json:"failure,omitempty"`
}

const (
	transferWords = 8 << 20 // 32 MiB, as much as goes to a device in one piece
	messageWords  = 4 << 20 // 16 MiB, a step's share of the paper's network at batch 128
	transferRuns  = 5
)

// timeRuns returns the median speed of moving bytes, after one run that does not
// count.
func (t *transfer) timeRuns(run func() error) error {
	var ms []float64
	for i := range 1 + transferRuns {
		began := time.Now()
		if err := run(); err != nil {
			return err
		}
		if i > 0 {
			ms = append(ms, milliseconds(time.Since(began)))
		}
	}
	t.GBs = float64(t.Bytes) / median(ms) / 1e6
	return nil
}

// fail keeps an error.
func (t *transfer) fail(err error) {
	if err != nil && t.Failure == "" {
		t.Failure = oneLine(err)
	}
}

// measureTransfers takes data to the device and back.
func measureTransfers(d device.Device, seed uint64) []transfer {
	id := d.Info().ID
	sent, got := randomWords(transferWords, seed), make([]float32, transferWords)
	up := transfer{From: "host", To: id, Bytes: 4 * transferWords}
	down := transfer{From: id, To: "host", Bytes: 4 * transferWords}
	b, err := d.Alloc(transferWords)
	if err != nil {
		up.fail(err)
		return []transfer{up}
	}
	defer d.Free(b)
	up.fail(up.timeRuns(func() error {
		d.Upload(b, 0, sent)
		return d.Sync()
	}))
	down.fail(down.timeRuns(func() error { return d.Download(b, 0, got) }))
	down.fail(compareWords(got, sent))
	return []transfer{up, down}
}

// measureLink sends data from one device to another.
func measureLink(from, to device.Device, seed uint64) transfer {
	t := transfer{From: from.Info().ID, To: to.Info().ID, Bytes: 4 * messageWords}
	src, err := from.Alloc(messageWords)
	if err != nil {
		t.fail(err)
		return t
	}
	defer from.Free(src)
	dst, err := to.Alloc(messageWords)
	if err != nil {
		t.fail(err)
		return t
	}
	defer to.Free(dst)
	t.fail(t.send(from, to, src, dst, randomWords(messageWords, seed+1)))
	return t
}

func (t *transfer) send(from, to device.Device, src, dst device.Buffer, words []float32) error {
	l := device.NewLink(messageWords)
	from.Upload(src, 0, words)
	to.Fill(dst, float32(math.NaN()))
	err := t.timeRuns(func() error {
		from.Send(src, messageWords, l)
		to.Receive(l, dst, messageWords)
		if err := from.Sync(); err != nil {
			return err
		}
		return to.Sync()
	})
	if err != nil {
		return err
	}
	got := make([]float32, messageWords)
	if err := to.Download(dst, 0, got); err != nil {
		return err
	}
	return compareWords(got, words)
}

// randomWords are any bits at all, NaN of every kind among them.
func randomWords(n int, seed uint64) []float32 {
	r := rand.New(rand.NewPCG(seed, 0))
	words := make([]float32, n)
	for i := range words {
		words[i] = math.Float32frombits(r.Uint32())
	}
	return words
}

func compareWords(got, want []float32) error {
	for i := range want {
		if g, w := math.Float32bits(got[i]), math.Float32bits(want[i]); g != w {
			return fmt.Errorf("word %s arrived as %08x, was %08x", count(i), g, w)
		}
	}
	return nil
}
