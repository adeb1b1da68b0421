/*
 * Certificates for tests alone, valid for a hundred years. Nothing else trusts them. They were made by
 *
 *   openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 36500 \
 *     -keyout first.key -out first.crt -subj "/CN=first of tidemark's tests" \
 *     -addext "subjectAltName=DNS:localhost,IP:127.0.0.1"
 */

/** A certificate that is its own root, and its key. */
export const FIRST = {
  cert: `-----BEGIN CERTIFICATE-----
MIIBuzCCAWGgAwIBAgIUOPlwUyjnfPx0CIAPnGc7PPA5QhgwCgYIKoZIzj0EAwIw
JDEiMCAGA1UEAwwZZmlyc3Qgb2YgdGlkZW1hcmsncyB0ZXN0czAgFw0yNjExMjEy
MDQ2MzlaGA8yMTI2MTAyODIwNDYzOVowJDEiMCAGA1UEAwwZZmlyc3Qgb2YgdGlk
ZW1hcmsncyB0ZXN0czBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABA9o8SzO3a9N
SA99o41ww3eoQqqAJ8fqJoujb8+/2BV4FmpEyNVsQz8YyLHu3UdBOXfvIDhnaShO
ygdMq876fY2jbzBtMB0GA1UdDgQWBBSQfBbWLKXcnyaOCkvr9o2N7fMHnzAfBgNV
HSMEGDAWgBSQfBbWLKXcnyaOCkvr9o2N7fMHnzAPBgNVHRMBAf8EBTADAQH/MBoG
A1UdEQQTMBGCCWxvY2FsaG9zdIcEfwAAATAKBggqhkjOPQQDAgNIADBFAiAHppup
afSEaGIb9i5Lcsi50ksaVZESY7Tnz22gQ99kQgIhAMS4tDxnnLO3o3QixuUDY3yb
MUXZ+Ua9SkHKHiFjZP5a
-----END CERTIFICATE-----
`,
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg1EI1k8cNLoKQ6Caw
w7VAkdow6qWYyrXbePbnZZtkgM2hRANCAAQPaPEszt2vTUgPfaONcMN3qEKqgCfH
6iaLo2/Pv9gVeBZqRMjVbEM/GMix7t1HQTl37yA4Z2koTsoHTKvO+n2N
-----END PRIVATE KEY-----
`,
}

/** Another one. */
export const SECOND = {
  cert: `-----BEGIN CERTIFICATE-----
MIIBvTCCAWOgAwIBAgIUMTjNAo92vIya8crGSheUqTIw2/YwCgYIKoZIzj0EAwIw
JTEjMCEGA1UEAwwac2Vjb25kIG9mIHRpZGVtYXJrJ3MgdGVzdHMwIBcNMjYxMTIx
MjA0NjQwWhgPMjEyNjEwMjgyMDQ2NDBaMCUxIzAhBgNVBAMMGnNlY29uZCBvZiB0
aWRlbWFyaydzIHRlc3RzMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEwhI9IzHT
T2jOQrJrTfD8W88le9i7orbulXCEbvr0Xx2pvu0jvfkGOEOpphrNHRtKJBK/7tz1
ppf2qNAFm5T86aNvMG0wHQYDVR0OBBYEFNbLvFDCBzvgXxHosTLdzNPenM1WMB8G
A1UdIwQYMBaAFNbLvFDCBzvgXxHosTLdzNPenM1WMA8GA1UdEwEB/wQFMAMBAf8w
GgYDVR0RBBMwEYIJbG9jYWxob3N0hwR/AAABMAoGCCqGSM49BAMCA0gAMEUCIQDF
p8HE10PkBCBSRE1w+KBe8n/3RHTgLjCj+xsXOnMnowIgOJ2xpP5ZRT2cH/yyk8EO
rZfkt0Hlp5LXVAzI2MQ1HvE=
-----END CERTIFICATE-----
`,
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgzjR+nVkE7yLABnzX
wZhDnnEwKj4fH3yHY6NuH3nFVfWhRANCAATCEj0jMdNPaM5CsmtN8PxbzyV72Lui
tu6VcIRu+vRfHam+7SO9+QY4Q6mmGs0dG0okEr/u3PWml/ao0AWblPzp
-----END PRIVATE KEY-----
`,
}
