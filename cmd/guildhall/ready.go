package main

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"

	"go.uber.org/zap"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/projections"
)

// ready tells whether the read model has everything that any node acknowledged, and what it
// passed over or could not apply. A node that can record nothing more is not ready.
func (n *node) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), time.Second)
	defer cancel()
	latest, err := n.log.Latest(ctx)
	if err == nil {
		err = n.read.Wait(ctx, latest)
	}
	var unknown []projections.Unknown
	if err == nil {
		unknown, err = n.read.Unknown(ctx)
	}
	var parked []projections.Parked
	if err == nil {
		parked, err = n.read.Parked(ctx)
	}
	if err != nil {
		n.zap.Warn("not ready", zap.Error(err))
		why := ""
		if refused := domain.AsRefusal(err); refused != nil {
			why = ": " + refused.Reason
		}
		http.Error(w, "not ready"+why, http.StatusServiceUnavailable)
		return
	}
	fmt.Fprintln(w, "ok")
	if len(unknown) > 0 {
		fmt.Fprintln(w, passedOver(unknown))
	}
	if len(parked) > 0 {
		fmt.Fprintln(w, couldNotApply(parked))
	}
}

// live tells whether the node gets on with its work. One that is behind and does not move is
// better started again; one that is behind and moves is not.
func (n *node) live(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), time.Second)
	defer cancel()
	s, err := n.status(ctx)
	if err == nil && s.Stalled {
		http.Error(w, fmt.Sprintf("the read model stands at %d of %d and has not moved for half a minute", s.Applied, s.Head), http.StatusServiceUnavailable)
		return
	}
	fmt.Fprintln(w, "ok")
}

// metrics tells a monitoring system how the read model stands, in the text format of Prometheus.
func (n *node) metrics(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), time.Second)
	defer cancel()
	s, err := n.status(ctx)
	if err != nil {
		http.Error(w, "the log cannot be asked", http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	tell := func(name, kind, help string, value any) {
		fmt.Fprintf(w, "# HELP guildhall_%s %s\n# TYPE guildhall_%s %s\nguildhall_%s %v\n", name, help, name, kind, name, value)
	}
	tell("log_head", "gauge", "Position of the last record in the log of this node.", s.Head)
	tell("read_model_position", "gauge", "Position of the last record that is shown.", s.Applied)
	tell("read_model_lag_records", "gauge", "Records that are not shown yet.", s.Head-min(s.Head, s.Applied))
	tell("read_model_lag_seconds", "gauge", "Age of the last record that is shown, 0 if all are.", s.Lag.Seconds())
	tell("read_model_stalled", "gauge", "1 if records are not shown and the position has not moved for 30 seconds.", flag(s.Stalled))
	tell("read_model_building", "gauge", "1 while nothing can be shown because the read model is being built.", flag(s.Building))
	tell("read_model_built", "gauge", "Position that the read model being built has come to.", s.Built)
	tell("read_model_stopped", "gauge", "1 if the read model follows the log no more.", flag(s.Stopped != nil))
	tell("read_model_records_total", "counter", "Records applied since the start; their rate is the speed.", s.Records)
	tell("read_model_batches_total", "counter", "Transactions in which they were applied.", s.Batches)
	tell("read_model_batch_records", "gauge", "Records in the last transaction.", s.LastBatch)
	tell("read_model_wal_bytes", "gauge", "Bytes in the write-ahead log of the read model.", s.WAL)
	tell("read_model_questions_total", "counter", "Questions that were put to it.", s.Questions)
	tell("read_model_waits_total", "counter", "Times that somebody waited for a record to be shown.", s.Waits)
	tell("read_model_wait_timeouts_total", "counter", "Those in which it was not shown in time.", s.TimedOut)
	issued, failed := n.login.Counts()
	tell("login_tokens_total", "counter", "Tokens that clients of institutions got since the start.", issued)
	fmt.Fprintf(w, "# HELP guildhall_login_failures_total Logins of clients that failed since the start, by the error they were answered with.\n# TYPE guildhall_login_failures_total counter\n")
	for _, why := range slices.Sorted(maps.Keys(failed)) {
		fmt.Fprintf(w, "guildhall_login_failures_total{error=%q} %d\n", why, failed[why])
	}
	sent := n.courier.Counts()
	tell("webhook_notices_total", "counter", "Notices that arrived at webhooks since the start, sent by this node.", sent.Delivered)
	tell("webhook_failures_total", "counter", "Attempts to send one that failed.", sent.Failed)
	tell("webhook_given_up_total", "counter", "Notices that were given up.", sent.GivenUp)
	mailed := n.postCounts()
	tell("mail_sent_total", "counter", "Mails that the mail server took since the start, sent by this node.", mailed.Sent)
	tell("mail_failures_total", "counter", "Attempts to send one that failed.", mailed.Failed)
	tell("mail_given_up_total", "counter", "Mails that an address refused for good, or that no server took for a day.", mailed.GivenUp)
	if s.Generation == "" {
		return
	}
	unknown, err := n.read.Unknown(ctx)
	if err != nil {
		return
	}
	passed := 0
	for _, u := range unknown {
		passed += u.Count
	}
	tell("read_model_unknown_records", "gauge", "Records that only a newer Guildhall knows.", passed)
	if parked, err := n.read.Parked(ctx); err == nil {
		tell("read_model_parked_records", "gauge", "Records that could not be applied.", len(parked))
	}
}

func flag(on bool) int {
	if on {
		return 1
	}
	return 0
}
