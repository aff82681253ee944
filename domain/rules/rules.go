// Package rules holds what differs between jurisdictions, agencies and agreements, as data.
package rules
