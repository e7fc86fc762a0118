using Microsoft.AspNetCore.WebUtilities;

namespace Gateway.Policies.Rejections;

/// <summary>Problems that more than one place answers with.</summary>
public static class Problems
{
    public static Problem NoRoute { get; } = new(404, "Not found", Detail: "No route of the gateway matches this request.");

    public static Problem BodyTooLarge { get; } = new(413, "Content too large", Detail: "The request body is larger than this route accepts.");

    public static Problem Unexpected { get; } = new(500, "Internal server error", Detail: "The gateway met an error it did not expect; its log has the trace id.");

    /// <summary>A problem that says no more than its status.</summary>
    public static Problem Of(int status) => new(status, ReasonPhrases.GetReasonPhrase(status) is { Length: > 0 } reason ? reason : "Error");
}
