package main

// onMainThread holds what is to run on the program's first thread, where systems
// want windows to be. Commands run on a goroutine of their own: ebiten and GLFW tie
// the main one to that thread, and work that is handed back and forth between
// goroutines is slower there.
var onMainThread = make(chan func())

// onMain runs f on the first thread, and returns when it has ended. A panic of f
// becomes one of the caller's.
func onMain(f func()) {
	var broken any
	done := make(chan struct{})
	onMainThread <- func() {
		defer close(done)
		defer func() { broken = recover() }()
		f()
	}
	<-done
	if broken != nil {
		panic(broken)
	}
}

// serveMain runs a command line, and what it wants on the first thread, which must
// be the caller's.
func serveMain(command func() int) (status int) {
	ended := make(chan int)
	go func() { ended <- command() }()
	for {
		select {
		case f := <-onMainThread:
			f()
		case status := <-ended:
			return status
		}
	}
}
