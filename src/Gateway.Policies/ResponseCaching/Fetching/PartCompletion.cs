using System.Globalization;
using Gateway.Policies.ResponseCaching.Semantics;
using Gateway.Policies.ResponseCaching.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Gateway.Policies.ResponseCaching.Fetching;

/// <summary>
/// Completes a stored part (RFC 9111 §3.3, §3.4): asks for the bytes that are missing, and makes of the answer to that the answer for the
/// whole. A destination that has something else by now sends all of it, since <c>If-Range</c> asks for that. Any other answer counts for
/// nothing: the fetch asks again, for the whole.
/// </summary>
internal sealed class PartCompletion(CacheEntry part, IFetchSink whole) : IFetchSink
{
    private readonly ContentRange _had = PartialEntries.RangeOf(part)!.Value;
    private bool _joins;
    private bool _dropped;
    private bool _begun;

    /// <summary>True for a part that one range completes, and of which a strong entity tag tells what else belongs to it.</summary>
    public static bool IsPossible(CacheEntry part) =>
        part is { ETag: { } tag, Body.IsWhole: true } && Validators.StrongEquals(tag, tag) && PartialEntries.RangeOf(part) is { IsWhole: false } had
        && (had.First == 0 || had.Last == had.Total - 1);

    public static void Ask(IHeaderDictionary request, CacheEntry part)
    {
        ContentRange missing = Missing(PartialEntries.RangeOf(part)!.Value);
        request.Range = missing.Last == missing.Total - 1
            ? string.Create(CultureInfo.InvariantCulture, $"bytes={missing.First}-")
            : string.Create(CultureInfo.InvariantCulture, $"bytes={missing.First}-{missing.Last}");
        request.IfRange = part.ETag;
    }

    public void Begin(int status, string? reason, IHeaderDictionary headers)
    {
        _joins = status == StatusCodes.Status206PartialContent && ContentRange.Parse(headers.ContentRange) == Missing(_had)
            && headers.ETag.Count == 1 && Validators.StrongEquals(headers.ETag[0], part.ETag);
        _dropped = !_joins && status is StatusCodes.Status206PartialContent or StatusCodes.Status416RangeNotSatisfiable;
        if (_dropped)
        {
            return;
        }

        if (_joins)
        {
            Join(headers);
        }

        whole.Begin(_joins ? StatusCodes.Status200OK : status, _joins ? null : reason, headers);
    }

    public async ValueTask AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        if (_dropped)
        {
            return;
        }

        await BeginBodyAsync(cancellation);
        await whole.AppendAsync(bytes, cancellation);
    }

    /// <summary>The destination's answer has ended, whole.</summary>
    public async ValueTask EndAsync()
    {
        await BeginBodyAsync(CancellationToken.None);
        if (_joins && _had.First > 0)
        {
            await AppendPartAsync(CancellationToken.None);
        }
    }

    private static ContentRange Missing(ContentRange had) =>
        had.First == 0 ? new ContentRange(had.Last + 1, had.Total - 1, had.Total) : new ContentRange(0, had.First - 1, had.Total);

    /// <summary>§3.2: what the part said stands where the answer says nothing.</summary>
    private void Join(IHeaderDictionary headers)
    {
        foreach ((string name, StringValues lines) in part.Fields)
        {
            headers.TryAdd(name, lines);
        }

        headers.Remove(ContentRange.FieldName);
        headers.ContentLength = _had.Total;
    }

    private async ValueTask BeginBodyAsync(CancellationToken cancellation)
    {
        if (_joins && !_begun && _had.First == 0)
        {
            _begun = true;
            await AppendPartAsync(cancellation);
        }
    }

    private async ValueTask AppendPartAsync(CancellationToken cancellation)
    {
        foreach (ReadOnlyMemory<byte> piece in part.Body.Pieces)
        {
            await whole.AppendAsync(piece, cancellation);
        }
    }
}
