namespace Gateway.Policies.ResponseCaching.Fetching;

/// <summary>One request's share in a fetch whose header section has come.</summary>
/// <param name="Head">What came.</param>
/// <param name="Reader">The body, from its first byte on.</param>
/// <param name="Collapsed">True: another request began the fetch.</param>
/// <param name="Judged">True: the client's own conditions went to the destination, which has judged them.</param>
internal sealed record JoinedFetch(FetchHead Head, SharedBodyReader Reader, bool Collapsed, bool Judged = false) : IDisposable
{
    public void Dispose() => Reader.Dispose();
}
