namespace Gateway.Policies.ResponseCaching.Serving;

/// <summary>Outcomes of a cached route's requests, in the access log and in metrics.</summary>
internal static class Outcome
{
    public const string Hit = "hit";
    public const string Stale = "stale";
    public const string Revalidated = "revalidated";
    public const string Collapsed = "collapsed";
    public const string Miss = "miss";
    public const string Bypass = "bypass";
}
