package manifest

import (
	"fmt"

	"go.yaml.in/yaml/v3"
	corev1 "k8s.io/api/core/v1"
)

// envList reads a container's env as Kubernetes does: of two settings of one
// variable the later wins.
func (m *Manifest) envList(node *yaml.Node) error {
	return each(node, "env", func(e corev1.EnvVar, line int) {
		v := variable{value: e.Value, line: line}
		if e.ValueFrom != nil {
			v = m.valueFrom(e.ValueFrom, v)
		}
		if was, is := m.env[e.Name]; is {
			m.replaced = append(m.replaced, was.line)
		}
		m.env[e.Name] = v
	})
}

// valueFrom looks a variable's value up in the file or in the cluster's secrets.
func (m *Manifest) valueFrom(from *corev1.EnvVarSource, v variable) variable {
	switch {
	case from.SecretKeyRef != nil:
		ref := from.SecretKeyRef
		if s := m.secret(ref.Name); s != nil && has(s, ref.Key) {
			v.value = string(secretData(s)[ref.Key])
			return v
		}
		v.unknown = fmt.Sprintf("it comes from the key %s of the secret %s, which is not given here", ref.Key, ref.Name)
	case from.ConfigMapKeyRef != nil:
		ref := from.ConfigMapKeyRef
		for _, c := range m.ConfigMaps {
			if value, is := c.Data[ref.Key]; is && c.Name == ref.Name {
				v.value = value
				return v
			}
		}
		v.unknown = fmt.Sprintf("it comes from the key %s of the ConfigMap %s, which is not given here", ref.Key, ref.Name)
	default:
		v.unknown = "it comes from the pod itself"
	}
	return v
}

func (m *Manifest) envFrom(sources []corev1.EnvFromSource) {
	for _, from := range sources {
		switch {
		case from.SecretRef != nil:
			s := m.secret(from.SecretRef.Name)
			if s == nil {
				m.blind = true
				m.notRead("the environment in the secret " + from.SecretRef.Name)
				continue
			}
			for key, content := range secretData(s) {
				m.env[from.Prefix+key] = variable{value: string(content)}
			}
		case from.ConfigMapRef != nil:
			found := false
			for _, c := range m.ConfigMaps {
				if c.Name != from.ConfigMapRef.Name {
					continue
				}
				found = true
				for key, value := range c.Data {
					m.env[from.Prefix+key] = variable{value: value}
					m.texts = append(m.texts, key)
				}
			}
			if !found {
				m.blind = true
				m.notRead("the environment in the ConfigMap " + from.ConfigMapRef.Name)
			}
		}
	}
}
