// Package viz draws filters and activations as plain RGBA images and writes
// them as PNG files. It knows no window system: the command line, the desktop
// window and the browser page all show what is drawn here.
//
// Zero is the middle of every signed map, always, and cells that hold NaN or an
// infinity are NotFinite's magenta. Curves are in the package below, curves,
// because the plotting library is large.
package viz
