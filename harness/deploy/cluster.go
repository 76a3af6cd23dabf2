package deploy

// A Component is one process of a cluster.
type Component struct {
	Running
	Name       string // "proxy-2"
	Management string // the address of its management port
}

// A Cluster is a deployment whose components run as processes of their own. Its own log
// is theirs as one, and it has ended once one of them has.
type Cluster struct {
	Components []Component
	Ended      func() string // the component that ended first, by its name; empty while none has
}

// Component returns the one of a name, and reports false where there is none.
func (c Cluster) Component(name string) (Component, bool) {
	for _, one := range c.Components {
		if one.Name == name {
			return one, true
		}
	}
	return Component{}, false
}
