//go:build !js

package data

import (
	"cmp"
	"context"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// fetch brings one remote file to path. What has arrived lies in path.part until
// it is whole.
type fetch struct {
	remoteFile
	url, path string
	o         GetOptions
	client    *http.Client
}

func (f *fetch) part() string { return f.path + ".part" }

// run returns once the file is there and right.
func (f *fetch) run(ctx context.Context) error {
	if f.matches(f.path) {
		f.report(f.size)
		return nil
	}
	resumed := f.partSize() > 0
	err := f.complete(ctx)
	// What an earlier call left may be of a file that has changed since.
	var wrong *checksumError
	if resumed && errors.As(err, &wrong) {
		err = f.complete(ctx)
	}
	return err
}

func (f *fetch) complete(ctx context.Context) error {
	if err := f.fill(ctx); err != nil {
		return err
	}
	return f.accept()
}

// checksumError is a file that is whole but not the published one.
type checksumError struct{ url, got, want string }

func (e *checksumError) Error() string {
	return fmt.Sprintf("%s: has the MD5 checksum %s, not the published %s: it was replaced there or altered on the way; nothing was kept, try another mirror", e.url, e.got, e.want)
}

// accept gives the finished part its name, or removes it if it is wrong.
func (f *fetch) accept() error {
	sum, err := fileMD5(f.part())
	if err != nil {
		return err
	}
	if sum != f.md5 {
		if err := os.Remove(f.part()); err != nil {
			return err
		}
		return &checksumError{f.url, sum, f.md5}
	}
	return explainWrite(os.Rename(f.part(), f.path)) // attempt has synced it
}

func (f *fetch) matches(path string) bool {
	info, err := os.Stat(path)
	if err != nil || info.Size() != f.size {
		return false
	}
	sum, err := fileMD5(path)
	return err == nil && sum == f.md5
}

func fileMD5(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	h := md5.New()
	if _, err := io.Copy(h, file); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

func (f *fetch) partSize() int64 {
	info, err := os.Stat(f.part())
	if err != nil {
		return 0
	}
	return info.Size()
}

// fill makes the part as long as the file, in as many attempts as bring it
// forward.
func (f *fetch) fill(ctx context.Context) error {
	longest, vain := f.partSize(), 0
	for f.partSize() < f.size {
		err := f.attempt(ctx)
		if ctx.Err() != nil {
			return f.interrupted(ctx.Err())
		}
		var passing *connectionError
		if err != nil && !errors.As(err, &passing) {
			return err
		}
		vain++
		if n := f.partSize(); n > longest {
			longest, vain = n, 0
		}
		if vain == f.o.patience.attempts {
			return f.interrupted(err)
		}
		if err := f.pause(ctx); err != nil {
			return f.interrupted(err)
		}
	}
	return nil
}

// pause waits before another attempt, if one is needed.
func (f *fetch) pause(ctx context.Context) error {
	if f.partSize() >= f.size {
		return nil
	}
	select {
	case <-time.After(f.o.patience.pause):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (f *fetch) interrupted(err error) error {
	if err == nil {
		err = errors.New("the server ends it too soon")
	}
	return fmt.Errorf("%s: stopped after %d of %d bytes; the same command again goes on from here: %w", f.url, f.partSize(), f.size, err)
}

// explainWrite adds the way out to a failure to write.
func explainWrite(err error) error {
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return fmt.Errorf("%w; free some space: the same command again goes on from here", err)
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS), errors.Is(err, syscall.ENOTDIR):
		return fmt.Errorf("%w; choose a folder that you may write to", err)
	}
	return err
}

// connectionError is a failure that may pass.
type connectionError struct{ error }

func (e *connectionError) Unwrap() error { return e.error }

// attempt makes one request for what is missing and appends it to the part.
func (f *fetch) attempt(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	stalled := fmt.Errorf("nothing arrived for %v", f.o.patience.stall)
	watch := time.AfterFunc(f.o.patience.stall, func() { cancel(stalled) })
	defer watch.Stop()

	have := f.partSize()
	response, err := f.request(ctx, have)
	if err != nil {
		return blame(ctx, err)
	}
	defer response.Body.Close()
	start, err := f.judge(response, have)
	if err != nil {
		return err
	}
	return f.store(start, &watchedReader{ctx: ctx, r: io.LimitReader(response.Body, f.size-start), tell: func(n int) {
		watch.Reset(f.o.patience.stall)
		start += int64(n)
		f.report(start)
	}})
}

// store appends the body to the part, or begins it anew.
func (f *fetch) store(start int64, body *watchedReader) error {
	how := os.O_APPEND
	if start == 0 {
		how = os.O_TRUNC
	}
	file, err := os.OpenFile(f.part(), os.O_WRONLY|os.O_CREATE|how, 0o666)
	if err != nil {
		return explainWrite(err)
	}
	_, err = io.Copy(file, body)
	syncErr, closeErr := file.Sync(), file.Close()
	switch {
	case body.err != nil:
		return body.err
	case err != nil:
		return explainWrite(err)
	}
	return explainWrite(cmp.Or(syncErr, closeErr))
}

// blame says why a connection ended: for the watch's reason, if it was that.
func blame(ctx context.Context, err error) error {
	var withURL *url.Error
	if errors.As(err, &withURL) {
		err = withURL.Err
	}
	if cause := context.Cause(ctx); cause != nil {
		err = cause
	}
	return &connectionError{err}
}

func (f *fetch) request(ctx context.Context, have int64) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, f.url, nil)
	if err != nil {
		return nil, err
	}
	// The checksum is that of the file as it is, not of something unzipped.
	request.Header.Set("Accept-Encoding", "identity")
	if have > 0 {
		request.Header.Set("Range", fmt.Sprintf("bytes=%d-", have))
	}
	return f.client.Do(request)
}

// judge returns where in the file the answer's body begins.
func (f *fetch) judge(r *http.Response, have int64) (start int64, err error) {
	length := r.ContentLength // -1 if the server does not say
	switch {
	case r.StatusCode == http.StatusOK: // the whole file, asked for or not
	case r.StatusCode == http.StatusPartialContent && have > 0:
		start = have
		if !strings.HasPrefix(r.Header.Get("Content-Range"), fmt.Sprintf("bytes %d-", have)) {
			return 0, fmt.Errorf("%s: the server sent another part than was asked for (%q); delete %s and try again", f.url, r.Header.Get("Content-Range"), f.part())
		}
	case r.StatusCode == http.StatusRequestedRangeNotSatisfiable:
		return 0, f.wrongSize("is shorter than what has already arrived")
	case r.StatusCode >= 500, r.StatusCode == http.StatusTooManyRequests:
		return 0, &connectionError{fmt.Errorf("the server answers %s", r.Status)}
	default:
		return 0, fmt.Errorf("%s: the server answers %s; name another address, or fetch the file by hand into %s", f.url, r.Status, filepath.Dir(f.path))
	}
	if length >= 0 && start+length != f.size {
		return 0, f.wrongSize(fmt.Sprintf("is %d bytes long", start+length))
	}
	return start, nil
}

// wrongSize refuses a file that cannot be the published one, and forgets what
// may have come from it.
func (f *fetch) wrongSize(what string) error {
	if err := os.Remove(f.part()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return fmt.Errorf("%s: %s, but the published file has %d bytes; nothing was kept, try another mirror", f.url, what, f.size)
}

func (f *fetch) report(done int64) {
	if f.o.Progress != nil {
		f.o.Progress(f.name, done, f.size)
	}
}

// watchedReader tells of every piece that is read, and keeps the error of the
// reader apart from that of the writer it is copied to.
type watchedReader struct {
	ctx  context.Context
	r    io.Reader
	tell func(n int)
	err  error // a *connectionError
}

func (w *watchedReader) Read(p []byte) (int, error) {
	n, err := w.r.Read(p)
	if n > 0 {
		w.tell(n)
	}
	if err == nil {
		err = w.ctx.Err() // more may have arrived already
	}
	if err != nil && err != io.EOF {
		w.err = blame(w.ctx, err)
	}
	return n, err
}
