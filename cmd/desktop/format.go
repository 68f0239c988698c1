package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// count writes a whole number with separators: 60,965,224.
func count[T int | int64](n T) string {
	digits := strconv.FormatInt(int64(n), 10)
	sign := ""
	if n < 0 {
		sign, digits = "-", digits[1:]
	}
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(d)
	}
	return sign + b.String()
}

// percent writes a fraction: 12.3 %.
func percent(fraction float64) string { return fmt.Sprintf("%.1f %%", 100*fraction) }

// millions writes a number of operations: 724.4 M.
func millions(n int64) string { return fmt.Sprintf("%.1f M", float64(n)/1e6) }

// rate writes images per second with about three digits.
func rate(perSecond float64) string {
	if perSecond >= 100 {
		return count(int64(math.Round(perSecond)))
	}
	return strconv.FormatFloat(perSecond, 'g', 3, 64)
}

// duration writes the two largest units: 1 h 20 min, 2 min 5 s, 45 s.
func duration(d time.Duration) string {
	s := int64(math.Round(d.Seconds()))
	switch {
	case s >= 24*3600:
		return fmt.Sprintf("%d d %d h", s/(24*3600), s/3600%24)
	case s >= 3600:
		return fmt.Sprintf("%d h %d min", s/3600, s/60%60)
	case s >= 60:
		return fmt.Sprintf("%d min %d s", s/60, s%60)
	}
	return fmt.Sprintf("%d s", s)
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// memory writes an amount of memory: 512 MiB, 1.2 GiB.
func memory(n int64) string {
	if n >= 1<<30 {
		return fmt.Sprintf("%.1f GiB", float64(n)/(1<<30))
	}
	return fmt.Sprintf("%d MiB", (n+1<<19)>>20)
}

// plural writes a number with its noun: 1 image, 250 images.
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return count(n) + " " + noun + "s"
}

// size writes a number of bytes, exactly where it is a small power of two: 64 B,
// 32 KiB, 128 MiB.
func size(n int64) string {
	switch {
	case n < 1<<10:
		return fmt.Sprintf("%d B", n)
	case n < 1<<20:
		return fmt.Sprintf("%d KiB", n>>10)
	}
	return memory(n)
}
