namespace Gateway.Policies.Configuration;

/// <summary>One check of a policy that was read without error. All rules run; all mistakes are shown together.</summary>
public interface IPolicyRule<in TPolicy>
    where TPolicy : Policy
{
    void Check(TPolicy policy, ICollection<PolicyMistake> mistakes);
}
