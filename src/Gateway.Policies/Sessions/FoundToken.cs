namespace Gateway.Policies.Sessions;

/// <summary>What the configured sources of a request gave.</summary>
/// <param name="Source">The first source that carried something; null: none did.</param>
/// <param name="Token">The token; empty when what the source carried cannot be one, or the tenant cannot be one.</param>
/// <param name="Tenant">Whose token it is; empty where the policy knows no tenants.</param>
internal readonly record struct FoundToken(TokenSource? Source, ReadOnlyMemory<char> Token, string Tenant = "")
{
    public bool IsMissing => Source is null;

    public bool IsMalformed => Source is not null && Token.IsEmpty;
}
