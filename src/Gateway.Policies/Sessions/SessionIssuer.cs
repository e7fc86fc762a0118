using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Policies.Routing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace Gateway.Policies.Sessions;

/// <summary>Turns a destination's word for who logged in into a session and its cookie.</summary>
public sealed class SessionIssuer
{
    private readonly SessionAdmin _sessions;
    private readonly ILogger<SessionIssuer> _logger;

    internal SessionIssuer(SessionAdmin sessions, ILogger<SessionIssuer> logger)
    {
        _sessions = sessions;
        _logger = logger;
    }

    /// <summary>Issues a session for what the destination's answer said.</summary>
    /// <param name="context">The client's request; its response has not begun.</param>
    /// <param name="issuing">The route's settings.</param>
    /// <param name="said">A user's id, or the record's fields; null or empty: nobody.</param>
    /// <param name="isObject">True: what was said is a JSON object. Never guessed from the text, which a user may have chosen.</param>
    public async ValueTask<IssueOutcome> IssueAsync(HttpContext context, SessionIssuing issuing, string? said, bool isObject)
    {
        if (string.IsNullOrWhiteSpace(said))
        {
            return IssueOutcome.Nothing;
        }

        (SessionIssue settings, SessionPolicy policy) = issuing;
        FoundToken before = new TokenReader(policy).Read(context.Request);
        string tenant = policy.Tenant is { } source ? TenantName.Of(context.Request, source) : "";
        if (FieldsOf(said, isObject) is not { } fields || (policy.Tenant is not null && tenant.Length == 0))
        {
            SessionLog.IssueUnreadable(_logger, policy.Name, settings.From.ToString());
            return IssueOutcome.Unreadable;
        }

        try
        {
            CreatedSession created = await _sessions.CreateAsync(policy, fields, settings.Ttl, tenant);
            // A token that was there before the login, perhaps put there by somebody else, never gains what the login gave.
            if (!before.Token.IsEmpty)
            {
                await _sessions.RevokeAsync(policy, before.Token.ToString(), before.Tenant);
            }

            Hand(context.Response.Headers, issuing, created.Token);
            return IssueOutcome.Issued;
        }
        catch (StoreUnavailableException)
        {
            return IssueOutcome.Unavailable;
        }
        catch (ArgumentException unfit)
        {
            SessionLog.IssueUnfit(_logger, policy.Name, unfit.Message);
            return IssueOutcome.Unreadable;
        }
    }

    private static JsonObject? FieldsOf(string said, bool isObject)
    {
        if (!isObject)
        {
            return new JsonObject { ["user_id"] = said.Trim() };
        }

        try
        {
            return JsonNode.Parse(said, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 16 }) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void Hand(IHeaderDictionary headers, SessionIssuing issuing, string token)
    {
        (SessionIssue settings, SessionPolicy policy) = issuing;
        headers[HeaderNames.CacheControl] = "no-store";
        if (settings.TokenHeader is { } header)
        {
            headers[header] = token;
            return;
        }

        TimeSpan life = policy.MaxLifetime < settings.Ttl ? policy.MaxLifetime.Value : settings.Ttl;
        SessionCookies.Append(headers, SessionCookies.Of(settings, token, life));
        if (policy.Csrf)
        {
            SessionCookies.Append(headers, SessionCookies.Csrf(settings, token, life));
        }
    }
}
