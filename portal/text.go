package portal

import "strings"

// reserve is the room in percent that labels keep for fonts wider than Inter.
const reserve = 115

// textWidth is the width in pixels that s takes at a font size in tenths of a pixel,
// reserve included.
func textWidth(s string, size int) int {
	hundredths := 0
	for _, r := range s {
		hundredths += advance(r)
	}
	return (hundredths*size*reserve + 99_999) / 100_000
}

// advances are those of the printable ASCII characters in Inter at weight 620.
var advances = [...]uint8{
	25, 31, 40, 64, 65, 84, 66, 21, 39, 39, 54, 67, 30, 47, 29, 38,
	67, 48, 62, 65, 67, 63, 65, 59, 65, 65, 29, 30, 67, 67, 67, 54,
	100, 72, 66, 74, 72, 61, 59, 75, 74, 27, 56, 68, 57, 91, 74, 77,
	64, 78, 65, 65, 66, 73, 72, 101, 69, 70, 65, 39, 38, 39, 48, 47,
	50, 57, 63, 58, 63, 59, 38, 63, 61, 26, 26, 57, 26, 90, 61, 61,
	62, 62, 40, 55, 38, 61, 58, 84, 56, 58, 56, 39, 36, 39, 67,
}

func advance(r rune) int {
	switch {
	case r >= ' ' && r <= '~':
		return int(advances[r-' '])
	case r == '’' || r == '‘' || r == '\u00a0':
		return 30
	case r < 0x2E80 && r != '…' && r != '—':
		return 66
	}
	return 105
}

// wrap breaks s into at most max lines no wider than width. What does not fit ends in "…".
func wrap(s string, size, width, max int) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(s) {
		if joined := strings.TrimSpace(line + " " + word); textWidth(joined, size) <= width {
			line = joined
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		line = word
	}
	if line != "" {
		lines = append(lines, line)
	}
	if len(lines) > max {
		lines = lines[:max]
		lines[max-1] += "…"
	}
	for i, l := range lines {
		lines[i] = shorten(l, size, width)
	}
	return lines
}

// shorten cuts s to width and marks the cut with "…".
func shorten(s string, size, width int) string {
	if textWidth(s, size) <= width {
		return s
	}
	runes := []rune(strings.TrimSuffix(s, "…"))
	for len(runes) > 0 && textWidth(string(runes)+"…", size) > width {
		runes = runes[:len(runes)-1]
	}
	return string(runes) + "…"
}
