//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly)

package main

// lockFolder does nothing where the system has no locks that end with a process.
func lockFolder(string) (unlock func(), err error) { return func() {}, nil }

// folderIsLocked is nil: nobody knows whether a program trains in a folder.
var folderIsLocked func(dir string) bool
