namespace Gateway.Policies.Tests.RateLimiting.Support;

/// <summary>Reads response fields in one line.</summary>
internal static class Fields
{
    /// <summary>The field's value; null when the response has none.</summary>
    public static string? Field(this HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out IEnumerable<string>? values) ? string.Join(" + ", values) : null;

    /// <summary>The three common fields, for comparison in one go: <c>limit/remaining/reset</c>.</summary>
    public static string Common(this HttpResponseMessage response) =>
        $"{response.Field("X-RateLimit-Limit")}/{response.Field("X-RateLimit-Remaining")}/{response.Field("X-RateLimit-Reset")}";
}
