using System.Collections;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Gateway.Telemetry;

/// <summary>
/// One line of the access log. Holds the path but never the query, which may carry a token; says only that there was one.
/// What a request did not meet (a session, a cache) is left out of the line.
/// </summary>
internal sealed class AccessRecord : ILogFields, IReadOnlyList<KeyValuePair<string, object?>>
{
    public required string Method { get; init; }

    /// <summary>Percent-encoded: what a client puts into a path can neither break a line nor steer a terminal.</summary>
    public required string Path { get; init; }

    public required bool HasQuery { get; init; }

    public required int Status { get; init; }

    /// <summary>Bytes of the response body handed to the connection.</summary>
    public required long Bytes { get; init; }

    public required TimeSpan Duration { get; init; }

    /// <summary>Null: answered without a destination.</summary>
    public TimeSpan? Forward { get; init; }

    /// <summary>Null: no route matched.</summary>
    public string? Route { get; init; }

    public string? Client { get; init; }

    /// <summary>Null: admitted at once.</summary>
    public string? Admission { get; init; }

    public string? RateLimit { get; init; }

    public string? RateLimitPolicy { get; init; }

    public string? Session { get; init; }

    public string? Cache { get; init; }

    public string? CacheReason { get; init; }

    public string? TraceId { get; init; }

    public int Count => Fields().Count();

    public KeyValuePair<string, object?> this[int index] => Fields().ElementAt(index);

    public void WriteTo(Utf8JsonWriter json)
    {
        json.WriteString("method"u8, Method);
        json.WriteString("path"u8, Path);
        json.WriteBoolean("query"u8, HasQuery);
        json.WriteNumber("status"u8, Status);
        json.WriteNumber("bytes"u8, Bytes);
        json.WriteNumber("durationMs"u8, Milliseconds(Duration));
        if (Forward is { } forward)
        {
            json.WriteNumber("forwardMs"u8, Milliseconds(forward));
        }

        WriteIfSet(json, "route"u8, Route);
        WriteIfSet(json, "client"u8, Client);
        WriteIfSet(json, "admission"u8, Admission);
        WriteIfSet(json, "rateLimit"u8, RateLimit);
        WriteIfSet(json, "rateLimitPolicy"u8, RateLimitPolicy);
        WriteIfSet(json, "session"u8, Session);
        WriteIfSet(json, "cache"u8, Cache);
        WriteIfSet(json, "cacheReason"u8, CacheReason);
        WriteIfSet(json, "traceId"u8, TraceId);
    }

    /// <summary><c>GET /orders/7? 200 512B 12.3ms forward=11.9ms route=orders …</c>; the question mark says that there was a query.</summary>
    public override string ToString()
    {
        var line = new DefaultInterpolatedStringHandler(32, 8, System.Globalization.CultureInfo.InvariantCulture, stackalloc char[512]);
        line.AppendFormatted(Method);
        line.AppendLiteral(" ");
        line.AppendFormatted(Path);
        line.AppendLiteral(HasQuery ? "? " : " ");
        line.AppendFormatted(Status);
        line.AppendLiteral(" ");
        line.AppendFormatted(Bytes);
        line.AppendLiteral("B ");
        line.AppendFormatted(Milliseconds(Duration));
        line.AppendLiteral("ms");
        if (Forward is { } forward)
        {
            line.AppendLiteral(" forward=");
            line.AppendFormatted(Milliseconds(forward));
            line.AppendLiteral("ms");
        }

        AppendIfSet(ref line, " route=", Route);
        AppendIfSet(ref line, " client=", Client);
        AppendIfSet(ref line, " admission=", Admission);
        AppendIfSet(ref line, " rateLimit=", RateLimit);
        AppendIfSet(ref line, " rateLimitPolicy=", RateLimitPolicy);
        AppendIfSet(ref line, " session=", Session);
        AppendIfSet(ref line, " cache=", Cache);
        AppendIfSet(ref line, " cacheReason=", CacheReason);
        AppendIfSet(ref line, " traceId=", TraceId);
        return line.ToStringAndClear();
    }

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => Fields().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    // Three decimals: whole microseconds.
    private static double Milliseconds(TimeSpan time) => Math.Round(time.TotalMilliseconds, 3);

    private static void WriteIfSet(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    private static void AppendIfSet(ref DefaultInterpolatedStringHandler line, string name, string? value)
    {
        if (value is not null)
        {
            line.AppendLiteral(name);
            line.AppendFormatted(value);
        }
    }

    // For logging providers other than the gateway's own formatters.
    private IEnumerable<KeyValuePair<string, object?>> Fields()
    {
        yield return new("Method", Method);
        yield return new("Path", Path);
        yield return new("Status", Status);
        yield return new("Bytes", Bytes);
        yield return new("DurationMs", Milliseconds(Duration));
        yield return new("Route", Route);
        yield return new("TraceId", TraceId);
        yield return new("{OriginalFormat}", "{Method} {Path} {Status} {Bytes} {DurationMs} {Route} {TraceId}");
    }
}
