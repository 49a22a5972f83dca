package certificate

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"golang.org/x/crypto/acme"
)

// orderTimeout limits all requests for one certificate, which usually take
// seconds.
const orderTimeout = 3 * time.Minute

// order gets a new certificate. It returns it also as PEM, the key first, then
// the chain.
func (k *Keeper) order(ctx context.Context) (*tls.Certificate, []byte, error) {
	ctx, cancel := context.WithTimeout(ctx, orderTimeout)
	defer cancel()
	client, err := k.account(ctx)
	if err != nil {
		return nil, nil, err
	}
	order, err := client.AuthorizeOrder(ctx, acme.DomainIDs(k.options.Domain))
	if err != nil {
		return nil, nil, err
	}
	for _, authorization := range order.AuthzURLs {
		if err := k.authorize(ctx, client, authorization); err != nil {
			return nil, nil, err
		}
	}
	if order, err = client.WaitOrder(ctx, order.URI); err != nil {
		return nil, nil, err
	}
	key, request, err := k.request()
	if err != nil {
		return nil, nil, err
	}
	chain, _, err := client.CreateCertFromOrder(ctx, order, request, true)
	if err != nil {
		return nil, nil, err
	}
	return keyPair(key, chain)
}

// account registers the store's account key. Registering again is free, and
// agrees to the current terms.
func (k *Keeper) account(ctx context.Context) (*acme.Client, error) {
	key, err := k.accountKey(ctx)
	if err != nil {
		return nil, fmt.Errorf("account key: %w", err)
	}
	client := &acme.Client{
		Key: key, DirectoryURL: k.options.Directory, HTTPClient: k.options.HTTP, UserAgent: "polarbell", RetryBackoff: backoff,
	}
	_, err = client.Register(ctx, &acme.Account{}, acme.AcceptTOS)
	if errors.Is(err, acme.ErrAccountAlreadyExists) {
		err = nil
	}
	return client, err
}

// backoff is how long the library waits before it repeats a request. It must
// not wait for the end of a rate limit, which may take hours: 0 is an error at
// once.
func backoff(n int, _ *http.Request, response *http.Response) time.Duration {
	if n > 5 || response.StatusCode == http.StatusTooManyRequests {
		return 0
	}
	return time.Duration(n) * time.Second / 2
}

func (k *Keeper) accountKey(ctx context.Context) (crypto.Signer, error) {
	stored, found, err := k.options.Store.Secret(ctx, accountKey)
	if err != nil {
		return nil, err
	}
	if block, _ := pem.Decode(stored); found && block != nil {
		if key, err := x509.ParseECPrivateKey(block.Bytes); err == nil {
			return key, nil
		}
	}
	key, text, err := newKey()
	if err != nil {
		return nil, err
	}
	return key, k.options.Store.PutSecret(ctx, accountKey, text)
}

// authorize proves to the authority that we control the domain.
func (k *Keeper) authorize(ctx context.Context, client *acme.Client, url string) error {
	authorization, err := client.GetAuthorization(ctx, url)
	if err != nil || authorization.Status == acme.StatusValid {
		return err
	}
	isHTTP := func(c *acme.Challenge) bool { return c.Type == "http-01" }
	i := slices.IndexFunc(authorization.Challenges, isHTTP)
	if i < 0 {
		return errors.New("the authority does not offer the challenge http-01")
	}
	challenge := authorization.Challenges[i]
	answer, err := client.HTTP01ChallengeResponse(challenge.Token)
	if err != nil {
		return err
	}
	if err := k.options.Store.PutSecret(ctx, challengeKey(challenge.Token), []byte(answer)); err != nil {
		return fmt.Errorf("store the challenge's answer: %w", err)
	}
	defer func() { _ = k.options.Store.DeleteSecret(context.WithoutCancel(ctx), challengeKey(challenge.Token)) }()
	if _, err := client.Accept(ctx, challenge); err != nil {
		return err
	}
	_, err = client.WaitAuthorization(ctx, authorization.URI)
	return err
}

// request makes a key, as PEM, and the request to certify it.
func (k *Keeper) request() (key, request []byte, err error) {
	signer, key, err := newKey()
	if err != nil {
		return nil, nil, err
	}
	request, err = x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{DNSNames: []string{k.options.Domain}}, signer)
	return key, request, err
}

// newKey makes a key and returns it also as PEM.
func newKey() (*ecdsa.PrivateKey, []byte, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	der, err := x509.MarshalECPrivateKey(key)
	return key, pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der}), err
}

func keyPair(key []byte, chain [][]byte) (*tls.Certificate, []byte, error) {
	text := key
	for _, der := range chain {
		text = append(text, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})...)
	}
	c, err := tls.X509KeyPair(text, text)
	return &c, text, err
}
