using Microsoft.AspNetCore.WebUtilities;

namespace Gateway.Policies.ResponseCaching.Semantics;

/// <summary>Reason phrases of the destination's own (RFC 9112 §4), which clients of HTTP/1.1 are shown as they came.</summary>
internal static class CustomReason
{
    /// <summary>The phrase where it is not the one everybody sends with the status; else null.</summary>
    public static string? Of(int status, string? phrase) =>
        string.IsNullOrEmpty(phrase) || phrase == ReasonPhrases.GetReasonPhrase(status) ? null : phrase;
}
