//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// lockFolder keeps a second training out of a run's folder, where each would
// remove the other's checkpoints. The system drops the lock when the process
// ends, however it ends.
func lockFolder(dir string) (unlock func(), err error) {
	f, err := os.OpenFile(filepath.Join(dir, ".lock"), os.O_CREATE|os.O_RDWR, 0o666)
	if err != nil {
		return nil, fileError(err)
	}
	err = lockSoon(f)
	if err == nil || !errors.Is(err, syscall.EWOULDBLOCK) { // some file systems know no locks
		return func() { f.Close() }, nil
	}
	f.Close()
	return nil, fmt.Errorf("%s: another tandem is training there; wait for it, or give another --out", dir)
}

// A window that follows a run holds its lock for an instant now and then, to find out
// whether it is free.
const (
	lockTries = 5
	lockAgain = 20 * time.Millisecond
)

// lockSoon locks a file, or says that another program has it for more than an
// instant.
func lockSoon(f *os.File) (err error) {
	for range lockTries {
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			break
		}
		time.Sleep(lockAgain)
	}
	return err
}

// folderIsLocked tells whether a program trains in a run's folder.
func folderIsLocked(dir string) bool {
	f, err := os.Open(filepath.Join(dir, ".lock"))
	if err != nil {
		return false
	}
	defer f.Close() // which drops the lock
	return errors.Is(syscall.Flock(int(f.Fd()), syscall.LOCK_SH|syscall.LOCK_NB), syscall.EWOULDBLOCK)
}
