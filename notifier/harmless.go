package notifier

// harmless is the fault of a check, which changes nothing: whether it arrived
// does not matter, so that it is never Unknown.
func harmless(f *Fault) *Fault {
	if f != nil && f.Verdict == Unknown {
		f.Verdict = Later
	}
	return f
}

// formless is the fault of an answer that has the form of a success but not what
// was asked for.
func formless(platform, variable, lacks string) *Fault {
	return &Fault{
		Verdict: Later, Code: "an answer without " + lacks,
		Cure: "It is not " + platform + " that answers so: look at " + variable + ", and at what stands between this machine and " + platform + ".",
	}
}
