//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package main

import (
	"strings"
	"testing"
)

func TestOneTrainingAFolder(t *testing.T) {
	dir := t.TempDir()
	unlock, err := lockFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := lockFolder(dir); err == nil || !strings.Contains(err.Error(), dir+": another tandem is training there") {
		t.Errorf("the second training got %v", err)
	}
	unlock()
	again, err := lockFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	again()
}
