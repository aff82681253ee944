package portal

var signInPage = newPage[signInData]("sign-in.html")

// signInData is all that sign-in.html may show. Without personas, demo sign-in is off.
type signInData struct {
	frame
	Personas []persona
}

// A persona is somebody the demonstration lets a visitor be.
type persona struct {
	Name, Initials, Role string
	Can                  string // what to try in this role, as a sentence
	Path                 string // posting here signs in
	Current              bool
}
