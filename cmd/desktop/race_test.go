//go:build race

package main

func init() { raced, buildFlags = true, append(buildFlags, "-race") }
