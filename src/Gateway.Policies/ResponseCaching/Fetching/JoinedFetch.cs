namespace Gateway.Policies.ResponseCaching.Fetching;

/// <summary>One request's share in a fetch whose header section has come.</summary>
/// <param name="Head">What came.</param>
/// <param name="Reader">The body, from its first byte on.</param>
/// <param name="Collapsed">True: another request began the fetch.</param>
internal sealed record JoinedFetch(FetchHead Head, SharedBodyReader Reader, bool Collapsed) : IDisposable
{
    public void Dispose() => Reader.Dispose();
}
