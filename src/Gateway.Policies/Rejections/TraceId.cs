using System.Buffers;
using System.Diagnostics;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Gateway.Policies.Rejections;

/// <summary>
/// What a problem body, the access log and an error's log line call a request by: the trace id while traces are collected or when the
/// client sent one (W3C Trace Context), else the connection's id and the request's number on it.
/// </summary>
public static class TraceId
{
    private const int Length = 32;
    private const int Start = 3;
    private static readonly SearchValues<char> PlainLetters = SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz:-");
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    /// <summary>The same text for as long as the request lives: ASCII letters, digits, <c>:</c> and <c>-</c>.</summary>
    public static string Of(HttpContext context) =>
        Activity.Current?.TraceId.ToHexString() ?? Given(context.Request.Headers.TraceParent.ToString()) ?? Plain(context.TraceIdentifier);

    /// <summary>A host may name its requests as it likes.</summary>
    private static string Plain(string identifier) =>
        identifier.AsSpan().ContainsAnyExcept(PlainLetters) ? Convert.ToHexStringLower(Encoding.UTF8.GetBytes(identifier)) : identifier;

    /// <summary>From <c>00-{trace id}-{parent id}-{flags}</c>.</summary>
    private static string? Given(string traceParent)
    {
        if (traceParent.Length < Start + Length + 1 || traceParent[Start - 1] != '-' || traceParent[Start + Length] != '-')
        {
            return null;
        }

        ReadOnlySpan<char> id = traceParent.AsSpan(Start, Length);
        return id.ContainsAnyExcept(Digits) || !id.ContainsAnyExcept('0') ? null : id.ToString();
    }
}
