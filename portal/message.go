package portal

var messagePage = newPage[messageData]("message.html")

// messageData is all that message.html may show: why there is no other page to show.
type messageData struct {
	frame
	Status    int
	Heading   string // "We cannot find that page"
	Text      string // what to do now, in one or two sentences
	Reference string // of the log line, for a fault
	Links     []link
}
