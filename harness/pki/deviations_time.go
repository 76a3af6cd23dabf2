package pki

import (
	"crypto/x509"
	"encoding/asn1"
	"time"
)

// from returns times relative to now.
func from(begin, end time.Duration) change {
	return func(c *x509.Certificate) {
		now := time.Now()
		c.NotBefore, c.NotAfter = now.Add(begin), now.Add(end)
	}
}

// written returns the validity as two times that are spelled out, under a tag.
func written(tag int, begin, end string) patch {
	return func(c *rawCertificate) {
		c.TBS.Validity = raw(sequence(tagged(0, tag, false, []byte(begin)), tagged(0, tag, false, []byte(end))))
	}
}

const day = 24 * time.Hour

var validities = []Deviation{
	{
		Name: "ended-a-second-ago", Clause: "RFC 5280 6.1.3 (a)(2)", Binds: BindsVerifier, OpenSSL: "certificate has expired",
		Defect: "It ended a second before it was issued.", issue: leaf(from(-day, -time.Second)),
	},
	{
		Name: "begins-in-an-hour", Clause: "RFC 5280 6.1.3 (a)(2)", Binds: BindsVerifier, OpenSSL: "certificate is not yet valid",
		Defect: "It begins an hour after it was issued.", issue: leaf(from(time.Hour, day)),
	},
	{
		Name: "ends-before-it-begins", Clause: "RFC 5280 6.1.3 (a)(2)", Binds: BindsVerifier, OpenSSL: "certificate is not yet valid",
		Defect: "It begins tomorrow and ended yesterday.", issue: patched(written(asn1.TagUTCTime,
			time.Now().UTC().Add(day).Format("060102150405Z"), time.Now().UTC().Add(-day).Format("060102150405Z"))),
	},
	{
		Name: "valid-without-end", Clause: "RFC 5280 4.1.2.5", Binds: BindsNobody, Go: EveryGo, OpenSSL: ok,
		Defect: "It ends on the last second of the year 9999, which says that it has no end.",
		issue: leaf(func(c *x509.Certificate) {
			c.NotAfter = time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)
		}),
	},
	{
		Name: "intermediate-expired", Clause: "RFC 5280 6.1.3 (a)(2)", Binds: BindsVerifier, OpenSSL: "certificate has expired",
		Defect: "The intermediate CA that issued it ended an hour ago.", issue: below(from(-day, -time.Hour), nil, nil),
	},
	{
		Name: "intermediate-not-yet-valid", Clause: "RFC 5280 6.1.3 (a)(2)", Binds: BindsVerifier, OpenSSL: "certificate is not yet valid",
		Defect: "The intermediate CA that issued it begins in an hour.", issue: below(from(time.Hour, day), nil, nil),
	},
	{
		Name: "generalized-time-before-2050", Clause: "RFC 5280 4.1.2.5", Binds: BindsIssuer, Go: EveryGo, OpenSSL: ok,
		Defect: "Its times before 2050 are GeneralizedTime and not UTCTime.",
		issue:  patched(written(asn1.TagGeneralizedTime, "20200101000000Z", "20490101000000Z")),
	},
	{
		Name: "utc-time-without-seconds", Clause: "RFC 5280 4.1.2.5.1", Binds: BindsIssuer, Go: EveryGo, OpenSSL: "format error in certificate's notBefore field",
		Defect: "Its times have no seconds.", issue: patched(written(asn1.TagUTCTime, "2001010000Z", "4901010000Z")),
	},
	{
		Name: "utc-time-with-offset", Clause: "RFC 5280 4.1.2.5.1", Binds: BindsIssuer, Go: EveryGo, OpenSSL: "format error in certificate's notBefore field",
		Defect: "Its times are in another time zone than Greenwich's.",
		issue:  patched(written(asn1.TagUTCTime, "200101000000+0100", "490101000000+0100")),
	},
	{
		Name: "generalized-time-with-fraction", Clause: "RFC 5280 4.1.2.5.2", Binds: BindsIssuer, OpenSSL: "format error in certificate's notBefore field",
		Defect: "Its times have fractions of a second.",
		issue:  patched(written(asn1.TagGeneralizedTime, "20200101000000.5Z", "20500101000000.5Z")),
	},
}
