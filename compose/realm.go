package compose

import (
	"net/url"
	"strings"

	"polarbell/formatter"
	"polarbell/polar"
)

// dashboardHost is Polar's own; its sandbox has another one.
const (
	dashboardHost = "polar.sh"
	sandboxHost   = "sandbox.polar.sh"
)

// realm says what a history's headlines start with, where it is not revenue,
// and where its links lead.
func (c *composer) realm() (prefix, host string) {
	host = dashboardHost
	if c.isSandbox() {
		prefix, host = "TEST", sandboxHost
	}
	for _, e := range c.history.entries {
		if polar.Body(e.Body).IsSample() {
			prefix = "SAMPLE"
		}
	}
	return prefix, host
}

// isSandbox goes by the settings, by the secret's label, or by the address of
// the checkout's page.
func (c *composer) isSandbox() bool {
	for _, checkout := range c.checkouts {
		if checkout.IsSandbox() {
			return true
		}
	}
	return c.Sandbox || c.history.Organization.IsSandbox()
}

// address is a page of the dashboard where the organization is known by name:
// otherwise the address leads to the reader's own.
func (c *composer) address(url string) string {
	if name := c.history.Organization.Name(); name != "" {
		url = strings.Replace(url, "/to/dashboard/", "/dashboard/"+name+"/", 1)
	}
	return strings.Replace(url, dashboardHost, c.host, 1)
}

// The pages of Polar's dashboard. Without the organization's name in it, the
// address leads to the reader's own.
const (
	orderPage        = "sales/"
	checkoutPage     = "sales/checkouts/"
	subscriptionPage = "sales/subscriptions/"
	customerPage     = "customers/"
	productPage      = "products/"
	benefitPage      = "products/benefits/"
)

// open is the link to the page where a person acts on the news.
func open(page, id string) formatter.Link {
	if id == "" {
		return formatter.Link{}
	}
	return formatter.Link{Text: "Open in Polar", URL: "https://" + dashboardHost + "/to/dashboard/" + page + url.PathEscape(id)}
}

func customerID(c *polar.Customer) string {
	if c == nil {
		return ""
	}
	return c.ID
}
