using System.Diagnostics.CodeAnalysis;
using Gateway.Policies.Configuration;

namespace Gateway.Policies.RateLimiting.Fields;

/// <summary>Which of the IETF's rate limit fields responses carry beside <c>X-RateLimit-*</c>. A further draft is one class and one line here.</summary>
public sealed class RateLimitFields : IConfigValue<RateLimitFields>
{
    private static readonly string[] Always = ["X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "Retry-After"];

    private readonly string _name;

    private RateLimitFields(string name, IRateLimitDraft? draft)
    {
        _name = name;
        Draft = draft;
        Names = draft is null ? Always : [.. Always, draft.PolicyField, draft.StateField];
    }

    /// <summary><c>RateLimit-Policy</c> and <c>RateLimit</c> of draft-ietf-httpapi-ratelimit-headers-10.</summary>
    public static RateLimitFields Draft10 { get; } = new("draft-10", new Draft10());

    /// <summary><c>X-RateLimit-*</c> alone.</summary>
    public static RateLimitFields None { get; } = new("none", null);

    public static string Allowed => "draft-10, none";

    /// <summary>Every field that a response of a route with limits may carry, for <c>Access-Control-Expose-Headers</c>.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Null: none are written.</summary>
    internal IRateLimitDraft? Draft { get; }

    public static bool TryParse(string text, [MaybeNullWhen(false)] out RateLimitFields value)
    {
        value = Draft10._name.Equals(text, StringComparison.OrdinalIgnoreCase) ? Draft10 : None._name.Equals(text, StringComparison.OrdinalIgnoreCase) ? None : null;
        return value is not null;
    }

    public override string ToString() => _name;
}
