namespace Gateway.Policies.RateLimiting.RoundTrips;

/// <summary>One call of the store for a lane.</summary>
/// <param name="Waiting">Requests that wait for the answer; they come first.</param>
/// <param name="Extra">Requests beyond those, whose permits are to be held.</param>
/// <param name="Hold">For how long; zero without extra ones.</param>
/// <param name="Sent">When, before the call was sent.</param>
/// <param name="Epoch">Resets heard of until then.</param>
internal readonly record struct LaneCall(int Waiting, int Extra, TimeSpan Hold, long Sent, int Epoch);
