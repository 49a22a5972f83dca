package certificate

import (
	"bytes"
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

// orderTimeout bounds all requests for one certificate. Authorities take
// seconds.
const orderTimeout = 3 * time.Minute

// order gets a new certificate, also as the PEM of key and chain.
func (k *Keeper) order(ctx context.Context) (*tls.Certificate, []byte, error) {
	ctx, cancel := context.WithTimeout(ctx, orderTimeout)
	defer cancel()
	client, err := k.account(ctx)
	if err != nil {
		return nil, nil, err
	}
	order, err := client.AuthorizeOrder(ctx, acme.DomainIDs(k.Domain))
	if err != nil {
		return nil, nil, err
	}
	for _, authorization := range order.AuthzURLs {
		if err := k.prove(ctx, client, authorization); err != nil {
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

// account registers the store's account key. Registering anew costs nothing
// and agrees to the terms in force.
func (k *Keeper) account(ctx context.Context) (*acme.Client, error) {
	key, err := k.accountKey(ctx)
	if err != nil {
		return nil, fmt.Errorf("account key: %w", err)
	}
	client := &acme.Client{
		Key: key, DirectoryURL: k.Directory, HTTPClient: k.HTTP, UserAgent: "polarbell", RetryBackoff: pause,
	}
	_, err = client.Register(ctx, &acme.Account{}, acme.AcceptTOS)
	if errors.Is(err, acme.ErrAccountAlreadyExists) {
		err = nil
	}
	return client, err
}

// pause tells the library how long to wait before it repeats a request. It
// must not wait out a rate limit, which may be of hours.
func pause(n int, _ *http.Request, response *http.Response) time.Duration {
	if n > 5 || response.StatusCode == http.StatusTooManyRequests {
		return 0
	}
	return time.Duration(n) * time.Second / 2
}

func (k *Keeper) accountKey(ctx context.Context) (crypto.Signer, error) {
	kept, found, err := k.Store.Secret(ctx, accountKey)
	if err != nil {
		return nil, err
	}
	if block, _ := pem.Decode(kept); found && block != nil {
		if key, err := x509.ParseECPrivateKey(block.Bytes); err == nil {
			return key, nil
		}
	}
	key, text, err := newKey()
	if err != nil {
		return nil, err
	}
	return key, k.Store.PutSecret(ctx, accountKey, text)
}

// prove shows the authority that the domain is ours.
func (k *Keeper) prove(ctx context.Context, client *acme.Client, url string) error {
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
	if err := k.Store.PutSecret(ctx, challengeKey(challenge.Token), []byte(answer)); err != nil {
		return fmt.Errorf("keep the challenge's answer: %w", err)
	}
	defer func() { _ = k.Store.DeleteSecret(context.WithoutCancel(ctx), challengeKey(challenge.Token)) }()
	if _, err := client.Accept(ctx, challenge); err != nil {
		return err
	}
	_, err = client.WaitAuthorization(ctx, authorization.URI)
	return err
}

func (k *Keeper) request() (key, request []byte, err error) {
	signer, key, err := newKey()
	if err != nil {
		return nil, nil, err
	}
	request, err = x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{DNSNames: []string{k.Domain}}, signer)
	return key, request, err
}

// newKey makes a key, also as PEM.
func newKey() (*ecdsa.PrivateKey, []byte, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	der, err := x509.MarshalECPrivateKey(key)
	return key, pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der}), err
}

func keyPair(key []byte, chain [][]byte) (*tls.Certificate, []byte, error) {
	text := bytes.NewBuffer(key)
	for _, der := range chain {
		if err := pem.Encode(text, &pem.Block{Type: "CERTIFICATE", Bytes: der}); err != nil {
			return nil, nil, err
		}
	}
	c, err := tls.X509KeyPair(text.Bytes(), text.Bytes())
	return &c, text.Bytes(), err
}
