namespace Gateway.Policies.Rejections;

/// <summary>An error the gateway itself answers with (RFC 9457).</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Title">Short and the same for every occurrence: <c>Too many requests</c>.</param>
/// <param name="Type">A URI of the kind of problem; <c>about:blank</c> when the status says it all.</param>
/// <param name="Detail">What the client can do about it; never an internal address, a stack trace or a secret.</param>
public sealed record Problem(int Status, string Title, string Type = "about:blank", string? Detail = null)
{
    /// <summary>Policies that refused, sent as <c>violated-policies</c>. Null: not sent.</summary>
    public IReadOnlyList<string>? ViolatedPolicies { get; init; }
}
