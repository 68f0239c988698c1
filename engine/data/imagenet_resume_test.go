package data

import (
	"archive/tar"
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"testing"
	"time"
)

// resumeSource writes originals with some broken images among them.
func resumeSource(t *testing.T, r *rand.Rand, perClass int) (src string) {
	t.Helper()
	src = t.TempDir()
	train := trainImages(t, r, perClass)
	for i := range train {
		if r.IntN(10) == 0 {
			train[i].content = randomBytes(r, 50)
		}
	}
	write(t, makeTar(t, tar.FormatGNU, classTars(t, train)...), src, "ILSVRC2012_img_train.tar")
	writeClassFolders(t, filepath.Join(src, "val"), trainImages(t, r, 2))
	return src
}

// uninterrupted returns what one whole run writes.
func uninterrupted(t *testing.T, src string) map[string]string {
	t.Helper()
	dst := t.TempDir()
	o := smallShards()
	o.Workers = 1
	if _, err := PrepareImageNet(context.Background(), src, dst, o); err != nil {
		t.Fatal(err)
	}
	return readFolder(t, dst)
}

func TestPrepareStoppedAndResumed(t *testing.T) {
	r := newRand(t)
	src, dst := resumeSource(t, r, 10), t.TempDir()
	want := uninterrupted(t, src)
	stops, err := 0, errors.New("not begun")
	for ; err != nil; stops++ {
		if err = prepareAndStop(r, src, dst, 1+r.IntN(8)); err != nil {
			if !errors.Is(err, context.Canceled) {
				t.Fatal(err)
			}
			wantError(t, err, dst, "goes on from here")
		}
	}
	if stops < 5 {
		t.Errorf("it was stopped %d times only", stops)
	}
	wantSameFolder(t, dst, want)
}

// prepareAndStop stops after some images have been decoded.
func prepareAndStop(r *rand.Rand, src, dst string, images int) error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	o := smallShards()
	o.Workers = 1 + r.IntN(4)
	before := 0
	o.Progress = func(done, total int) {
		if done-before == 1 { // more are a shard that was kept
			images--
		}
		if before = done; images == 0 {
			cancel()
		}
	}
	_, err := PrepareImageNet(ctx, src, dst, o)
	return err
}

const childEnv = "TANDEM_TEST_PREPARE"

// TestPrepareChild is the process that TestPrepareKilledAndResumed kills: it
// prepares and says so for every image.
func TestPrepareChild(t *testing.T) {
	src, dst := os.Getenv(childEnv+"_SRC"), os.Getenv(childEnv+"_DST")
	if src == "" {
		t.Skip("only runs as a child of TestPrepareKilledAndResumed")
	}
	o := smallShards()
	o.Progress = func(done, total int) {
		fmt.Println("done", done)
		time.Sleep(time.Millisecond)
	}
	if _, err := PrepareImageNet(context.Background(), src, dst, o); err != nil {
		t.Fatal(err)
	}
}

func TestPrepareKilledAndResumed(t *testing.T) {
	if runtime.GOOS == "js" {
		t.Skip("a browser has no processes")
	}
	r := newRand(t)
	src, dst := resumeSource(t, r, 25), t.TempDir()
	want := uninterrupted(t, src)
	const wanted = 12
	killed := 0
	for range wanted {
		finished, err := filepath.Glob(filepath.Join(dst, "*", "*.shard"))
		if err != nil {
			t.Fatal(err)
		}
		if killChild(startChild(t, src, dst), len(finished)+r.IntN(12), time.Duration(r.IntN(4000))*time.Microsecond) {
			killed++
		} else { // on a busy machine it can end first
			dst = t.TempDir()
		}
	}
	if killed < wanted/3 {
		t.Errorf("%d of %d children were killed", killed, wanted)
	}
	if err := startChild(t, src, dst).wait(); err != nil {
		t.Fatal(err)
	}
	wantSameFolder(t, dst, want)
}

type child struct {
	*exec.Cmd
	progress *bufio.Scanner
}

func startChild(t *testing.T, src, dst string) child {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestPrepareChild$", "-test.count=1")
	cmd.Env = append(os.Environ(), childEnv+"_SRC="+src, childEnv+"_DST="+dst)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return child{cmd, bufio.NewScanner(out)}
}

// wait lets the child run to its end.
func (c child) wait() error {
	for c.progress.Scan() {
	}
	return c.Wait()
}

// killChild kills the child a while after it has written some lines, and tells
// whether it had not ended before.
func killChild(c child, lines int, later time.Duration) bool {
	for range lines {
		c.progress.Scan()
	}
	time.Sleep(later)
	c.Process.Kill()
	return c.wait() != nil
}

func TestInOrder(t *testing.T) {
	r := newRand(t)
	const workers = 3
	var started atomic.Int64
	next := 0
	pauses := make([]time.Duration, 200)
	for i := range pauses {
		pauses[i] = time.Duration(r.IntN(200)) * time.Microsecond
	}
	err := inOrder(context.Background(), len(pauses), workers,
		func(i int) int {
			started.Add(1)
			time.Sleep(pauses[i])
			return i * i
		},
		func(i, square int) error {
			if i != next || square != i*i {
				t.Errorf("result %d of %d, want that of %d", square, i, next)
			}
			next++
			if i%50 == 7 {
				time.Sleep(20 * time.Millisecond) // the workers run ahead as far as they may
			}
			if ahead := int(started.Load()) - i; ahead > 2*workers+2 {
				t.Errorf("%d results wait, want at most %d", ahead, 2*workers)
			}
			return nil
		})
	if err != nil || next != len(pauses) {
		t.Errorf("%d of %d, error %v", next, len(pauses), err)
	}
}

func TestInOrderStops(t *testing.T) {
	wrong := errors.New("wrong")
	ctx, cancel := context.WithCancel(context.Background())
	for _, c := range []struct {
		use  func(i, v int) error
		want error
	}{
		{func(i, v int) error {
			if i == 5 {
				return wrong
			}
			return nil
		}, wrong},
		{func(i, v int) error {
			if i == 5 {
				cancel()
			}
			return nil
		}, context.Canceled},
	} {
		err := inOrder(ctx, 1000, 4, func(i int) int { return i }, c.use)
		if !errors.Is(err, c.want) {
			t.Errorf("error %v, want %v", err, c.want)
		}
	}
	if err := inOrder(context.Background(), 0, 4, func(i int) int { return i }, nil); err != nil {
		t.Errorf("nothing to do: %v", err)
	}
}
