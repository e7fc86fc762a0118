using System.Collections.Concurrent;
using System.Globalization;
using Gateway.Policies.ResponseCaching;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;

namespace Gateway.Policies.Tests.ResponseCaching.Support;

/// <summary>
/// A destination that says in every response whom it is for: in the body, in <c>X-For</c>, in the entity tag and in the cookie it sets.
/// </summary>
internal sealed class PersonalDestination : IAsyncDisposable
{
    public const string Everyone = "everyone";
    private readonly ConcurrentDictionary<string, (CachePolicy Policy, PersonalScript[] Scripts, Counter Count)> _paths = new();
    private Destination _destination = null!;

    public string Address => _destination.Address;

    public static async Task<PersonalDestination> StartAsync()
    {
        var personal = new PersonalDestination();
        personal._destination = await Destination.StartAsync(personal.AnswerAsync);
        return personal;
    }

    /// <summary>Answers a path by these scripts in turn.</summary>
    public void On(string path, CachePolicy policy, PersonalScript[] scripts) => _paths[path] = (policy, scripts, new Counter());

    public ValueTask DisposeAsync() => _destination.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        (CachePolicy policy, PersonalScript[] scripts, Counter count) = _paths[context.Request.Path];
        PersonalScript script = scripts[(int)((uint)count.Next() % (uint)scripts.Length)];
        PersonalIdentity? identity = IdentityOf(context.Request.Headers);
        string whom = identity is not null && script.MayBePersonal(identity, policy) ? identity.User : Everyone;
        // Long enough for others to wait for it.
        await Task.Yield();
        IHeaderDictionary headers = context.Response.Headers;
        headers["X-For"] = whom;
        headers.CacheControl = script.CacheControl;
        headers.Vary = script.Vary;
        headers.SetCookie = script.SetsCookie ? $"id={whom}" : default;
        headers.ContentLocation = context.Request.Path.ToString();
        headers.ETag = script.HasTag ? $"\"{whom}\"" : default;
        if (script.HasTag && context.Request.Headers.IfNoneMatch.ToString().Contains($"\"{whom}\"", StringComparison.Ordinal))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        string body = $"for {whom}";
        if (RangeOf(context.Request.Headers, headers.ETag.ToString(), body.Length) is { } range)
        {
            context.Response.StatusCode = StatusCodes.Status206PartialContent;
            headers.ContentRange = $"bytes {range.Start}-{range.End.Value - 1}/{body.Length}";
            body = body[range];
        }

        context.Response.ContentLength = body.Length;
        await context.Response.WriteAsync(body);
    }

    private static Range? RangeOf(IHeaderDictionary request, string tag, int length)
    {
        string range = request.Range.ToString();
        if (range.Length == 0 || (request.IfRange.Count > 0 && request.IfRange != tag))
        {
            return null;
        }

        string[] ends = range["bytes=".Length..].Split('-');
        int first = int.Parse(ends[0], CultureInfo.InvariantCulture);
        int end = ends[1].Length == 0 ? length : Math.Min(length, int.Parse(ends[1], CultureInfo.InvariantCulture) + 1);
        return first < end ? first..end : null;
    }

    private static PersonalIdentity? IdentityOf(IHeaderDictionary headers)
    {
        string cookie = headers.Cookie.ToString();
        return headers.TryGetValue("X-Session", out var session) ? new PersonalIdentity(session.ToString(), IdentityKind.Session)
            : headers.Authorization.Count > 0 ? new PersonalIdentity(headers.Authorization.ToString()[7..], IdentityKind.Authorization)
            : cookie.Contains("id=", StringComparison.Ordinal) ? new PersonalIdentity(cookie[(cookie.IndexOf("id=", StringComparison.Ordinal) + 3)..], IdentityKind.Cookie)
            : null;
    }

    private sealed class Counter
    {
        private int _count;

        public int Next() => Interlocked.Increment(ref _count) - 1;
    }
}
