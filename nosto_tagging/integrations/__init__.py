"""One thin module a framework; each carries the request's facts to a `Tagger`, and makes no markup."""
