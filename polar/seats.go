package polar

// SeatTiers are what seats cost by their number.
type SeatTiers struct {
	Type  string     `json:"seat_tier_type"` // volume: one rate for all seats; graduated: each tier's rate for the seats in it
	Tiers []SeatTier `json:"tiers"`
}

// SeatTier is the rate of some numbers of seats.
type SeatTier struct {
	Min  int64  `json:"min_seats"`
	Max  *int64 `json:"max_seats"`      // nil: no more tiers follow
	Rate *int64 `json:"price_per_seat"` // smallest unit
}

// mostSeats is a number of seats beyond which a payload is not to be believed.
const mostSeats = 1_000_000

// amount returns what a number of seats costs, and false where the payload does
// not say. Source: polarsource/polar, server/polar/product/tiers.py.
func (s *SeatTiers) amount(seats *int64) (sum int64, known bool) {
	if s == nil || seats == nil || *seats < 1 || *seats > mostSeats {
		return 0, false
	}
	for i, t := range s.Tiers {
		if t.Rate == nil || i == 0 && t.Min > 1 && s.Type == "graduated" { // what comes before is left out
			return 0, false
		}
		isLast := t.Max == nil || *seats <= *t.Max
		switch {
		case s.Type == "graduated" && isLast:
			return sum + (*seats-t.Min+1)**t.Rate, true
		case s.Type == "graduated":
			sum += (*t.Max - t.Min + 1) * *t.Rate
		case isLast:
			return *seats * *t.Rate, true
		}
	}
	return 0, false
}
