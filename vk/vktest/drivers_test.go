//go:build cgo

package vktest

import (
	"os"
	"path/filepath"
	"testing"
)

func TestManifestIsThisProcessors(t *testing.T) {
	first, second := t.TempDir(), t.TempDir()
	d := driver{manifests: under([]string{first, second}, "lvp_icd*.json")}
	if got := d.manifest(); got != "" {
		t.Errorf("found %q in empty folders", got)
	}
	for _, c := range []struct{ folder, add, want string }{
		{second, "lvp_icd.i686.json", ""},
		{second, "lvp_icd.json", "lvp_icd.json"},
		{second, "lvp_icd." + processor() + ".json", "lvp_icd." + processor() + ".json"},
		{first, "lvp_icd.other.json", "lvp_icd." + processor() + ".json"},
		{first, "vk_icd.json", "lvp_icd." + processor() + ".json"},
	} {
		if err := os.WriteFile(filepath.Join(c.folder, c.add), nil, 0o644); err != nil {
			t.Fatal(err)
		}
		got := d.manifest()
		if got != "" {
			got = filepath.Base(got)
		}
		if got != c.want {
			t.Errorf("after %s: found %q, want %q", c.add, got, c.want)
		}
	}
}

func TestEnvironmentChoosesDrivers(t *testing.T) {
	for _, v := range driverVariables {
		t.Setenv(v, "")
	}
	if chosen() {
		t.Error("empty variables choose drivers")
	}
	for _, v := range driverVariables {
		t.Setenv(v, "/some/gpu.json")
		if !chosen() {
			t.Errorf("%s chooses no drivers", v)
		}
		t.Setenv(v, "")
	}
	lacking := choose()
	if len(lacking) == len(drivers) {
		t.Skip(lacking)
	}
	for _, v := range driverVariables {
		if n := len(filepath.SplitList(os.Getenv(v))); n != len(drivers)-len(lacking) {
			t.Errorf("%s is %q with %d drivers missing", v, os.Getenv(v), len(lacking))
		}
	}
}
