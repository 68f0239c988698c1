// Package viewer is the window in which people watch a network learn and look
// inside it. It draws the scenes of a scene.Source and knows neither files nor
// trainers nor devices, so one code serves desktop and browser.
//
// Viewer.Frame draws a whole window with the immediate-mode toolkit of package ui:
// each pane is a method that draws the scene and the State, and changes the State
// where the user does something. What changed becomes a scene.Want at the end of
// the frame. Game lets ebiten call it, and only when there is something new.
//
// To add a view, name it in package scene, write its pane and put it into
// viewPanes.
package viewer
