namespace Gateway.Policies.Sessions;

/// <summary>Lets a destination verify that the forwarded fields come from the gateway.</summary>
public sealed record SessionSignature
{
    /// <summary>The header that carries time and signature. Default: <c>X-Identity-Signature</c>.</summary>
    public string Header { get; init; } = "X-Identity-Signature";

    /// <summary>The key of the HMAC-SHA256, shared with the destination; as UTF-8. At least 32 characters.</summary>
    public required string Secret { get; init; }
}
