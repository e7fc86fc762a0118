using Microsoft.AspNetCore.Http;

namespace Gateway.Policies.ResponseCaching.Semantics;

/// <summary>
/// Statuses that tell what became of the request's own condition, range or expectation (RFC 9110 §15.5.13, §15.5.17, §15.5.18). They say
/// nothing of the resource: stored, they would answer requests that have no such field.
/// </summary>
internal static class ConditionOutcome
{
    /// <param name="status">The response's.</param>
    /// <param name="request">The fields of the request that was sent.</param>
    public static bool Is(int status, IHeaderDictionary request) => status switch
    {
        StatusCodes.Status412PreconditionFailed =>
            request.IfMatch.Count + request.IfUnmodifiedSince.Count + request.IfNoneMatch.Count + request.IfModifiedSince.Count > 0,
        StatusCodes.Status416RangeNotSatisfiable => request.Range.Count > 0,
        StatusCodes.Status417ExpectationFailed => request.Expect.Count > 0,
        _ => false,
    };
}
