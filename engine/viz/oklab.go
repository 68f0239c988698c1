package viz

import (
	"image/color"
	"math"
)

// oklab is a colour in Björn Ottosson's OKLab space (2020): lightness 0 to 1
// and two opponent axes, green-red and blue-yellow. Equal distances in it look
// about equally different, which sRGB does not offer.
type oklab struct{ l, a, b float64 }

// lch builds a colour from lightness, chroma and hue in degrees.
func lch(l, chroma, hue float64) oklab {
	sin, cos := math.Sincos(hue * math.Pi / 180)
	return oklab{l, chroma * cos, chroma * sin}
}

// mix goes from p at t = 0 to q at t = 1 on a straight line.
func mix(p, q oklab, t float64) oklab {
	return oklab{p.l + (q.l-p.l)*t, p.a + (q.a-p.a)*t, p.b + (q.b-p.b)*t}
}

// linear returns linear-light sRGB, outside 0 to 1 where no screen can show
// the colour.
func (c oklab) linear() [3]float64 {
	l := cube(c.l + 0.3963377774*c.a + 0.2158037573*c.b)
	m := cube(c.l - 0.1055613458*c.a - 0.0638541728*c.b)
	s := cube(c.l - 0.0894841775*c.a - 1.2914855480*c.b)
	return [3]float64{
		4.0767416621*l - 3.3077115913*m + 0.2309699292*s,
		-1.2684380046*l + 2.6097574011*m - 0.3413193965*s,
		-0.0041960863*l - 0.7034186147*m + 1.7076147010*s,
	}
}

// rgba returns the nearest colour of 8 bits a channel.
func (c oklab) rgba() color.RGBA {
	rgb := c.linear()
	return color.RGBA{encode(rgb[0]), encode(rgb[1]), encode(rgb[2]), 255}
}

func cube(x float64) float64 { return x * x * x }

// encode applies the sRGB transfer curve (IEC 61966-2-1).
func encode(x float64) uint8 {
	x = min(max(x, 0), 1)
	if x <= 0.0031308 {
		return uint8(255*12.92*x + 0.5)
	}
	return uint8(255*(1.055*math.Pow(x, 1/2.4)-0.055) + 0.5)
}
