package connection

// An Outage is how long one client was not served, and why it thinks that it was not.
type Outage struct {
	Client  string         `json:"client"`  // the client, and what it asks for
	Calls   int            `json:"calls"`   // how many calls it made in all
	Refused float64        `json:"refused"` // seconds between the last answer before and the first after
	Resumed float64        `json:"resumed"` // of these, after the new server was ready, and had loaded where the call needs that
	Never   bool           `json:"never"`   // it was not served again
	Errors  map[string]int `json:"errors,omitempty"`
}
