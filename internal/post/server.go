package post

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	netmail "net/mail"
	"net/url"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"github.com/guildhall-dev/guildhall/domain"
)

// A Server takes mail for others (RFC 6409). Only one on this machine is spoken to in the clear.
type Server struct {
	Host     string
	Port     int
	TLS      bool // from the first byte; otherwise by STARTTLS
	User     string
	Password string
	From     netmail.Address
	Roots    *x509.CertPool // nil: those of the system
}

// ParseServer reads where mail is handed in, and from whom it is.
func ParseServer(text, from string) (s Server, err error) {
	bad := func(name, format string, args ...any) (Server, error) {
		return Server{}, domain.Refuse(domain.Invalid, "BAD_SETTING", "The setting "+name+" "+format, args...).About(name)
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "smtp" && u.Scheme != "smtps" || u.Hostname() == "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		return bad("mail", "is no mail server. Write smtps:// or smtp:// and a host, such as smtps://user@mail.example.org:465.") // it may hold a password
	}
	if _, open := u.User.Password(); open {
		return bad("mail", "holds a password, which others on this machine can see. Name a file that holds it with mail-password-file.")
	}
	s = Server{Host: u.Hostname(), Port: 587, TLS: u.Scheme == "smtps", User: u.User.Username()}
	if s.TLS {
		s.Port = 465
	}
	if u.Port() != "" {
		if s.Port, err = strconv.Atoi(u.Port()); err != nil || s.Port < 1 || s.Port > 65535 {
			return bad("mail", "has the port %q. Write a number from 1 to 65535.", u.Port())
		}
	}
	a, err := netmail.ParseAddress(from)
	if err != nil {
		return bad("mail-from", "is %q. Write from whom mail is, such as 'Guildhall <guildhall@example.org>'.", from)
	}
	s.From = *a
	return s, nil
}

// String is the server without who uses it.
func (s Server) String() string { return net.JoinHostPort(s.Host, strconv.Itoa(s.Port)) }

func hostOf(address string) string { return address[strings.LastIndexByte(address, '@')+1:] }

// A mail is a letter on its way.
type mail struct {
	Letter
	to   string
	id   string // of the message
	stop string // where digests are stopped (RFC 8058); may be empty
}

// An outcome is what became of an attempt.
type outcome struct {
	sent   bool
	code   int   // that the address was answered with; 0: no answer, or one about no address
	server bool  // it would happen to other mail as well
	why    error // names nobody
}

const slowest = 20 * time.Second // step of the mail server

// send hands in a mail.
func (s Server) send(ctx context.Context, m mail) outcome {
	c, err := s.client()
	if err != nil {
		return outcome{server: true, why: err}
	}
	msg, err := s.message(m)
	if err != nil {
		return outcome{why: err}
	}
	if err := c.DialWithContext(ctx); err != nil {
		return outcome{server: true, why: fmt.Errorf("the mail server cannot be used: %w", err)}
	}
	defer c.Close()
	err = c.Send(msg)
	if err == nil || msg.IsDelivered() {
		return outcome{sent: true}
	}
	failed, is := errors.AsType[*gomail.SendError](err)
	if !is {
		return outcome{server: true, why: errors.New("the mail server broke off")}
	}
	out := outcome{why: fmt.Errorf("%s: %d %s", failed.Reason, failed.ErrorCode(), failed.EnhancedStatusCode())} // its text names the address
	switch failed.Reason {
	case gomail.ErrSMTPRcptTo, gomail.ErrSMTPData, gomail.ErrSMTPDataClose:
		out.code = failed.ErrorCode()
	default:
		out.server = true
	}
	return out
}

func (s Server) client() (*gomail.Client, error) {
	options := []gomail.Option{gomail.WithPort(s.Port), gomail.WithTimeout(slowest), gomail.WithTLSConfig(&tls.Config{ServerName: s.Host, RootCAs: s.Roots, MinVersion: tls.VersionTLS12}),
		gomail.WithHELO(hostOf(s.From.Address)), gomail.WithoutNoop()}
	switch here := net.ParseIP(s.Host); {
	case s.TLS:
		options = append(options, gomail.WithSSL())
	case s.Host == "localhost" || here != nil && here.IsLoopback():
		options = append(options, gomail.WithTLSPolicy(gomail.TLSOpportunistic))
	default:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if s.User != "" {
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(s.User), gomail.WithPassword(s.Password))
	}
	return gomail.NewClient(s.Host, options...)
}

func (s Server) message(m mail) (*gomail.Msg, error) {
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	msg.FromMailAddress(&s.From)
	if err := msg.To(m.to); err != nil {
		return nil, errors.New("the address cannot be written")
	}
	msg.SetMessageIDWithValue(m.id)
	msg.SetDate()
	msg.Subject(m.Subject)
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	if m.stop != "" {
		msg.SetGenHeaderPreformatted(gomail.HeaderListUnsubscribe, "<"+m.stop+">")
		msg.SetListUnsubscribePost()
	}
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	msg.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	return msg, nil
}
